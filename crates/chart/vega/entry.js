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

// Small multiples have a size each: what makes the whole fit the box, axes and headers roughly reckoned.
const fit = (spec, width, height) => {
  if (!spec.facet || !spec.spec) return;
  const field = spec.facet.field;
  const count = new Set((spec.data?.values ?? []).map(row => row[field])).size || 1;
  const columns = Math.min(spec.columns ?? count, count);
  spec.columns = columns;
  spec.spec.width = Math.max(60, (width - 20) / columns - 60);
  spec.spec.height = Math.max(40, (height - 30) / Math.ceil(count / columns) - 65);
  delete spec.width;
  delete spec.height;
};

// Draws a Vega-Lite spec in a box; `done` gets the SVG or the error.
globalThis.draw = (text, width, height, done) => {
  const fail = error => done(null, String((error && error.message) || error));
  const failures = [];
  const logger = listener(failures);
  try {
    const spec = JSON.parse(text);
    fit(spec, width, height);
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
