import { describe, expect, it } from "vitest";
import { interpreterFlag } from "../../../../src/core/validation/interpreterFlag";

const refused: readonly string[][] = [
  ["sh", "-c", "id"],
  ["/bin/bash", "-lc", "id"],
  ["bash", "-o", "pipefail", "-ec", "id"],
  ["bash", "--rcfile", "evil", "x"],
  ["zsh", "-ic", "id"],
  ["fish", "--command=id"],
  ["busybox", "sh", "-c", "id"],
  ["C:\\Windows\\System32\\cmd.exe", "/d", "/c", "id"],
  ["powershell", "-NoProfile", "-Command", "id"],
  ["pwsh", "-enc", "aWQ="],
  ["node", "-e", "1"],
  ["node", "--eval=1"],
  ["node", "-r", "./x", "-p", "1"],
  ["node", "-pe", "1"],
  ["bun", "-e", "1"],
  ["deno", "eval", "1"],
  ["python3.11", "-c", "1"],
  ["python", "-Ic", "1"],
  ["python3", "-W", "ignore", "-c", "1"],
  ["perl", "-ne", "1"],
  ["ruby", "-e", "1"],
  ["php", "-r", "1"],
  ["npx", "-c", "id"],
  ["npm", "exec", "-c", "id"],
  ["npm", "run", "test", "--script-shell=/tmp/x"],
  ["git", "-c", "core.fsmonitor=id", "status"],
  ["git", "--exec-path=/tmp", "status"],
  ["find", ".", "-exec", "id", ";"],
  ["env", "-S", "bash -c id"],
  ["env", "A=1", "bash", "-c", "id"],
  ["timeout", "5", "sh", "-c", "id"],
  ["sudo", "-u", "x", "python3", "-c", "1"],
  ["xargs", "-0", "sh", "-c", "id"],
  ["uv", "run", "python", "-c", "1"],
  ["npx", "--no-install", "node", "-e", "1"],
];

const accepted: readonly string[][] = [
  ["npm", "run", "test", "--silent"],
  ["npx", "--no-install", "--offline", "tsc", "--noEmit"],
  ["npx", "--no-install", "eslint", "."],
  ["node", "--test"],
  ["node", "--import", "tsx", "--test", "test/a.ts"],
  ["node", "script.js", "-e", "x"],
  ["python3", "-m", "pytest", "-q"],
  ["python3", "-m", "pytest", "-c", "pytest.ini"],
  ["python3", "script.py", "-c", "x"],
  ["bash", "script.sh", "-c", "x"],
  ["uv", "run", "--no-sync", "python", "-m", "pytest", "-q"],
  ["go", "test", "./..."],
  ["cargo", "clippy", "--all-targets", "--", "-D", "warnings"],
  ["cargo", "build", "-c", "x"],
  ["git", "status", "--porcelain"],
  ["make", "-C", "sub", "check"],
  ["prettier", "-c", "."],
  ["grep", "-e", "x", "file"],
  ["tsc", "-p", "tsconfig.json"],
];

describe("interpreterFlag", () => {
  it.each(refused.map((argv) => [argv.join(" "), argv] as const))(
    "IF-1 sees code passed to an interpreter: %s",
    (_, argv) => {
      expect(interpreterFlag(argv)).toBeDefined();
    },
  );

  it.each(accepted.map((argv) => [argv.join(" "), argv] as const))(
    "IF-2 leaves ordinary commands alone: %s",
    (_, argv) => {
      expect(interpreterFlag(argv)).toBeUndefined();
    },
  );

  it("IF-3 copes with nothing at all", () => {
    expect(interpreterFlag([])).toBeUndefined();
    expect(interpreterFlag([""])).toBeUndefined();
  });
});
