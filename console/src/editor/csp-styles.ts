import { StyleModule } from 'style-mod';

/**
 * CodeMirror writes its rules into a `<style>` element, which the page's Content-Security-Policy forbids. Rules of
 * constructed style sheets are allowed, so they go there, in the order that style-mod keeps: later ones win.
 */
const mounted: StyleModule[] = [];
const sheets = new Map<StyleModule, CSSStyleSheet>();

StyleModule.mount = (root, modules) => {
  const list = Array.isArray(modules) ? modules : [modules];
  let at = 0;
  for (const module of list) {
    const index = mounted.indexOf(module);
    if (index >= at) {
      at = index + 1;
      continue;
    }
    if (index >= 0) {
      mounted.splice(index, 1);
      at--;
    }
    mounted.splice(at++, 0, module);
    if (!sheets.has(module)) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(module.getRules());
      sheets.set(module, sheet);
    }
  }
  const document = root instanceof ShadowRoot ? root : (root as Document);
  const ours = new Set(sheets.values());
  document.adoptedStyleSheets = [
    ...document.adoptedStyleSheets.filter((sheet) => !ours.has(sheet)),
    ...mounted.flatMap((module) => sheets.get(module) ?? []),
  ];
};
