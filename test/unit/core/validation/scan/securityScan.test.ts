import { describe, expect, it } from "vitest";
import { scanSecurity } from "../../../../../src/core/validation/scan/securityScan";

function rulesFound(path: string, text: string): readonly string[] {
  const lines = new Set(text.split("\n").map((_, index) => index + 1));
  return scanSecurity(path, text, lines).map((finding) => finding.rule);
}

const dangerous: readonly (readonly [string, string, string])[] = [
  ["a.ts", "const x = eval(input);", "eval"],
  ["a.js", "new Function('a', body)()", "function-constructor"],
  ["a.ts", "execSync(`rm -rf ${folder}`);", "shell"],
  ["a.ts", "exec('ls ' + folder);", "shell"],
  ["a.py", "exec(code)", "exec"],
  ["a.py", "  x = eval(text)", "eval"],
  ["a.py", "subprocess.run(cmd, shell=True)", "shell"],
  ["a.py", "data = pickle.loads(blob)", "pickle"],
  ["a.py", "yaml.load(text)", "yaml-load"],
  ["a.py", 'cursor.execute("SELECT * FROM users WHERE id = %s" % user_id)', "sql"],
  ["a.py", 'cursor.execute(f"DELETE FROM users WHERE id = {user_id}")', "sql"],
  ["a.py", "db.execute('select name from t where id={}'.format(x))", "sql"],
  ["a.ts", "db.query(`SELECT * FROM users WHERE id = ${id}`)", "sql"],
  ["a.ts", 'db.query("UPDATE t SET a = " + value)', "sql"],
  ["a.ts", "https.request({ rejectUnauthorized: false })", "tls"],
  ["a.py", "requests.get(url, verify=False)", "tls"],
  ["key.txt", "-----BEGIN RSA PRIVATE KEY-----", "private-key"],
  ["conf.json", `{"k": "ghp_${"a".repeat(36)}"}`, "token"],
  ["a.ts", `const key = "AKIA${"A".repeat(16)}";`, "token"],
  ["a.py", 'password = "correct-horse-battery"', "password"],
];

const harmless: readonly (readonly [string, string])[] = [
  ["a.ts", "// never call eval(input) here"],
  ["a.ts", "/* eval(x)\n eval(y) */"],
  ["a.ts", 'throw new Error("do not use eval(x)");'],
  ["a.ts", "const text = `eval(x)`;"],
  ["a.ts", "const m = /a/.exec(text);"],
  ["a.ts", "page.$eval('a', f); redis.eval(script); model.eval();"],
  ["a.ts", "function evaluate(x) {} evaluate(1);"],
  ["a.py", "# exec(code)"],
  ["a.py", '"""Never eval(x).\n\nexec(y)\n"""'],
  ["a.py", "model.eval()\ndef eval(self): pass"],
  ["a.py", 'cursor.execute("SELECT * FROM users WHERE id = %s", (user_id,))'],
  ["a.py", "yaml.load(text, Loader=yaml.SafeLoader)\nyaml.safe_load(text)"],
  ["a.ts", "db.query('SELECT * FROM users WHERE id = $1', [id])"],
  ["a.ts", "const label = `Pick ${count} items from the list`;"],
  ["a.ts", "const password = process.env.PASSWORD ?? '';"],
  ["a.ts", 'const schema = { password: "changeme-please" };'],
  ["test/login.test.ts", 'login({ password: "correct-horse" });'],
  ["README.md", "Call `eval(x)`. SELECT a FROM b + c"],
  ["a.ts", "const url = 'http://x'; // eval(1)"],
];

describe("scanSecurity", () => {
  it.each(dangerous)("SE-1 sees in %s: %s", (path, text, rule) => {
    expect(rulesFound(path, text)).toEqual([rule]);
  });

  it.each(harmless)("SE-2 lets pass in %s: %s", (path, text) => {
    expect(rulesFound(path, text)).toEqual([]);
  });

  it("SE-3 looks at the given lines only, and tells comments by the whole file", () => {
    const text = "eval(a);\n/*\neval(b);\n*/\neval(c);\n";
    expect(scanSecurity("a.ts", text, new Set([3, 5]))).toMatchObject([{ line: 5, rule: "eval" }]);
    expect(scanSecurity("a.ts", text, new Set())).toEqual([]);
  });

  it("SE-4 takes time in line with the length of a line", () => {
    const long = `"select ${"a ".repeat(50_000)}" + "select ${"from ".repeat(20_000)}`;
    expect(rulesFound("a.ts", long).length).toBeLessThanOrEqual(1);
    expect(rulesFound("a.ts", "select from ".repeat(20_000))).toEqual([]);
    expect(rulesFound("a.py", `f"${"select from ".repeat(10_000)}`)).toEqual([]);
    expect(rulesFound("a.py", "'select from ".repeat(5000))).toEqual([]);
  });
});
