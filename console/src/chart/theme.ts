/** Cloudscape's categorical colours for charts, which keep their contrast on each background. */
const LIGHT = ['#688ae8', '#c33d69', '#2ea597', '#8456ce', '#e07941', '#3759ce', '#962249', '#096f64', '#6237a7', '#a84401'];
const DARK = ['#486de8', '#e07f9d', '#018977', '#b088f5', '#c55305', '#8ea9ff', '#f5a3b8', '#40bfa9', '#cbb2ff', '#f89256'];

/** Returns the console's look of a chart. */
export function theme(dark: boolean): Record<string, unknown> {
  const text = dark ? '#d1d5db' : '#414d5c';
  const line = dark ? '#424650' : '#e9ebed';
  const font = '"Open Sans", "Helvetica Neue", Roboto, Arial, sans-serif';
  return {
    background: 'transparent',
    font,
    view: { stroke: 'transparent' },
    range: { category: dark ? DARK : LIGHT },
    mark: { color: dark ? DARK[0] : LIGHT[0] },
    axis: { labelColor: text, titleColor: text, gridColor: line, domainColor: line, tickColor: line, labelFontSize: 12, titleFontSize: 12 },
    legend: { labelColor: text, titleColor: text, labelFontSize: 12, titleFontSize: 12 },
    title: { color: text },
  };
}
