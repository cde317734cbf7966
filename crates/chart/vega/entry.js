// What the server needs of Vega: parse, lay out, write SVG. Bundled by `npm run build` into vega.min.js, which is
// committed so that building the server needs no Node.
import './host.js';
import { Error as ErrorLevel, View, parse, textMetrics } from 'vega';
import { compile } from 'vega-lite';

// The widths of the fonts that the drawing uses: `measure(text, size, bold)` comes from the host.
textMetrics.width = (item, text) => {
  const value = text == null ? '' : Array.isArray(text) ? text[0] : String(text);
  const weight = item.fontWeight;
  const bold = weight === 'bold' || +weight >= 600;
  return measure(String(value ?? ''), item.fontSize ?? 11, bold);
};

// Vega tells its logger of errors in the data flow and goes on; here they are errors of the chart.
const listener = failures => {
  const self = { level: () => self, warn: () => self, info: () => self, debug: () => self };
  self.error = (...words) => {
    failures.push(words.map(w => (w && w.message) || w).join(' '));
    return self;
  };
  return self;
};

// Draws a Vega-Lite spec in a box; `done` gets the SVG or the error.
globalThis.draw = (text, width, height, done) => {
  const fail = error => done(null, String((error && error.message) || error));
  const failures = [];
  const logger = listener(failures);
  try {
    const spec = JSON.parse(text);
    if (spec.width === 'container') spec.width = width;
    if (spec.height === 'container') spec.height = height;
    const view = new View(parse(compile(spec, { logger }).spec), { renderer: 'none', logger, logLevel: ErrorLevel });
    view.runAsync().then(() => view.toSVG()).then(svg => {
      view.finalize();
      if (failures.length) fail(failures[0]);
      else done(svg, null);
    }, fail);
  } catch (error) {
    fail(error);
  }
};
