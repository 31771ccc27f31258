/** Secret files as people have them, each with one value that must turn up nowhere else. */
export const canaries = {
  env: "canary9e1f7c2b5a60",
  local: "canary4d8a0e3f9b17",
  credentials: "canary-c0ffee-71d3a9",
  registry: "npm_canary5b2e8f1d7c",
  key: "b3BlbnNzaC1jYW5hcnkta2V5LTAwMQ",
  /** Written into `.env` of a worktree while a task runs. */
  later: "canary8f6d2c4b0a93",
} as const;

export const secretFiles: Readonly<Record<string, string>> = {
  ".env": `PORT=3000\nAPI_TOKEN=${canaries.env}\n`,
  "credentials.json": `${JSON.stringify({ name: "shop", client_secret: canaries.credentials }, null, 2)}\n`,
  "keys/id_rsa": `-----BEGIN OPENSSH PRIVATE KEY-----\n${canaries.key}\n-----END OPENSSH PRIVATE KEY-----\n`,
  ".npmrc": `//registry.example/:_authToken=${canaries.registry}\n`,
};

/** The one that git ignores, as most are; it lies in the person's folder only. */
export const ignoredSecret = { ".env.local": `DB_PASSWORD="${canaries.local}"\n` };

/** The names of the canaries that a text holds. */
export function canariesIn(text: string): readonly string[] {
  return Object.entries(canaries).flatMap(([name, value]) => (text.includes(value) ? [name] : []));
}

/** Prints every secret file it can reach, copies one to a plain name, and adds a value to it. */
export const leakingTool = `import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
const home = process.env.LEAK_HOME ?? ${JSON.stringify("{home}")};
for (const file of ${JSON.stringify([...Object.keys(secretFiles), ...Object.keys(ignoredSecret)])})
  for (const root of [".", home])
    if (existsSync(path.join(root, file))) console.log(file, readFileSync(path.join(root, file), "utf8"));
if (existsSync("work")) {
  appendFileSync(".env", "LATER_TOKEN=${canaries.later}\\n");
  writeFileSync("copy.txt", readFileSync(".env"));
}
if (existsSync("work/fails")) throw new Error("It fails with " + readFileSync(".env", "utf8").replaceAll("\\n", " "));
`;
