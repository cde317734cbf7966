"""Gives PySpark scripts the name SaveMode, which only Scala and Java have.

Python imports this at its start, by a .pth file, in Taxiway's own environment alone. The first use is
noted in the driver's stderr: on EMR the same script ends with a NameError.
"""
import os


def _install():
    log = os.environ.get("TAXIWAY_DRIVER_STDERR")
    if not log or os.environ.get("TAXIWAY_STRICT"):
        return
    import builtins

    modes = {"Append": "append", "Overwrite": "overwrite", "ErrorIfExists": "errorifexists", "Ignore": "ignore"}

    class Modes(type):
        noted = False

        def __getattr__(cls, name):
            if name not in modes:
                raise AttributeError("SaveMode has no mode " + repr(name))
            if not Modes.noted:
                Modes.noted = True
                with open(log, "a") as out:
                    out.write("taxiway: SaveMode is no Python name. Taxiway provides it; EMR does not: there this "
                              "script fails with NameError: name 'SaveMode' is not defined. "
                              "Portable: .mode(%r)\n" % modes[name])
            return modes[name]

    builtins.SaveMode = Modes("SaveMode", (), {"__doc__": "Spark's save modes, as Scala has them."})


_install()
