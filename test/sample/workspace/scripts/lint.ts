import { readdirSync, readFileSync } from "node:fs";

const maxLength = 120;
let faults = 0;

for (const folder of ["src", "test", "scripts"]) {
  for (const name of readdirSync(folder).filter((entry) => entry.endsWith(".ts"))) {
    const file = `${folder}/${name}`;
    readFileSync(file, "utf8")
      .split("\n")
      .forEach((line, index) => {
        if (/\s$/u.test(line)) report(file, index, "trailing space");
        if (line.includes("\t")) report(file, index, "tab");
        if (line.length > maxLength) report(file, index, `longer than ${maxLength} characters`);
      });
  }
}

function report(file: string, index: number, fault: string): void {
  faults += 1;
  console.error(`${file}:${index + 1}: ${fault}`);
}

process.exitCode = faults === 0 ? 0 : 1;
