// The reference implementation: node jsonata.mjs MODULE EXPRESSION INPUT COUNT. Parsed once; prints the result
// as JSON and the nanoseconds for each evaluation.
const [, , module, text, input, count] = process.argv;
const jsonata = (await import(module)).default;
const expression = jsonata(text);
const data = JSON.parse(input);
for (let i = 0; i < count / 10; i++) await expression.evaluate(data); // warm
const began = process.hrtime.bigint();
for (let i = 0; i < count; i++) await expression.evaluate(data);
const nanos = Number(process.hrtime.bigint() - began) / count;
console.log(JSON.stringify(await expression.evaluate(data)));
console.log(nanos.toFixed(1));
