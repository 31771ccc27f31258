// Runs one benchmark by name and prints its figures as JSON: npm run bench -- NAME.
const [name, ...rest] = process.argv.slice(2);
if (name === undefined || !/^[a-zA-Z]+$/u.test(name)) {
  process.stderr.write("Which benchmark? For example: npm run bench -- store\n");
  process.exit(2);
}
const { run } = await import(new URL(`./${name}.bench.mjs`, import.meta.url).href);
process.stdout.write(`${JSON.stringify(await run(rest), null, 2)}\n`);
