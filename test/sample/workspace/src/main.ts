import { runCommand } from "./cli.ts";

console.log(runCommand(process.argv.slice(2)));
