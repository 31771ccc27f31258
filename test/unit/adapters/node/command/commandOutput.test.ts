import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cleanEnvironment,
  looksSecret,
  runsCode,
} from "../../../../../src/adapters/node/command/cleanEnvironment";
import { OutputBuffer } from "../../../../../src/adapters/node/command/outputBuffer";
import { OutputCleaner } from "../../../../../src/adapters/node/command/outputCleaner";

const pieces = fc.array(
  fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom(
      "\u001b",
      "[",
      "]",
      "\u001b[31m",
      "\u001b]8;;http://x\u0007",
      "\u001b]52;c;aaa\u001b\\",
      "\u0007",
      "\u009b",
      "\u009d",
      "\u009c",
      "\u001bP",
      "\r",
      "\n",
      "\r\n",
      "\t",
      "é",
      "😀",
      "\u202e",
      "\u061c",
      "\u200f",
      "\u2067",
      "\u206a",
      "\u0000",
      "\u001b(B",
    ),
  ),
  { maxLength: 30 },
);

describe("OutputCleaner", () => {
  it("CO-1 gives the same text wherever the pieces are cut", () => {
    fc.assert(
      fc.property(pieces, fc.array(fc.nat(60), { maxLength: 6 }), (parts, cuts) => {
        const text = parts.join("");
        const whole = new OutputCleaner().clean(text);
        const cleaner = new OutputCleaner();
        const at = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
        const split = at.slice(1).map((end, index) => cleaner.clean(text.slice(at[index], end)));
        expect(split.join("")).toBe(whole);
      }),
      { numRuns: 1000 },
    );
  });

  it("CO-2 leaves no character that can move a cursor or reorder text", () => {
    fc.assert(
      fc.property(pieces, (parts) => {
        const clean = new OutputCleaner().clean(parts.join(""));
        const codes = Array.from(clean).map((character) => character.codePointAt(0) ?? 0);
        // The standard's own list of what reorders text, and the characters it gave up for the same purpose.
        expect(clean).not.toMatch(/[\p{Bidi_Control}\u206a-\u206f]/u);
        expect(
          codes.filter((code) => (code < 0x20 && code !== 9 && code !== 10) || (code >= 0x7f && code < 0xa0)),
        ).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it("CO-3 keeps plain text as it is, and does not lose the rest to a sequence without an end", () => {
    const cleaner = new OutputCleaner();
    expect(cleaner.clean("plain\ttext\nñ 日本 😀\n")).toBe("plain\ttext\nñ 日本 😀\n");
    expect(cleaner.clean("\u001b]0;never closed\nnext line\n")).toBe("\nnext line\n");
    expect(cleaner.clean(`\u001bP${"x".repeat(70_000)}after`)).toMatch(/xafter$/u);
  });

  it("CO-4 a carriage return starts a line, with or without a line feed", () => {
    expect(new OutputCleaner().clean("10%\r20%\r\ndone\r")).toBe("10%\n20%\ndone\n");
  });
});

describe("OutputBuffer", () => {
  it("CO-5 never holds more than its limit, keeps both ends, and says how much is missing", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme", maxLength: 400 }), { maxLength: 60 }),
        fc.integer({ min: 200, max: 2000 }),
        (texts, limit) => {
          const buffer = new OutputBuffer(limit);
          for (const text of texts) buffer.add(text);
          const all = texts.join("");
          const kept = buffer.text();
          expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(limit);
          if (!buffer.truncated) expect(kept).toBe(all);
          else {
            const [head = "", left = "", tail = ""] = kept.split(
              /\n\[\.\.\. (\d+) bytes left out \.\.\.\]\n/u,
            );
            expect(all.startsWith(head)).toBe(true);
            expect(all.endsWith(tail)).toBe(true);
            expect(Buffer.byteLength(head) + Number(left) + Buffer.byteLength(tail)).toBe(
              Buffer.byteLength(all),
            );
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("CO-6 takes a million single characters without slowing down", () => {
    const buffer = new OutputBuffer(64 * 1024);
    for (let index = 0; index < 1_000_000; index += 1) buffer.add("x");
    expect(Buffer.byteLength(buffer.text())).toBeLessThanOrEqual(64 * 1024);
  });
});

describe("cleanEnvironment", () => {
  it("CO-7 lets through nothing that loads code", () => {
    const names =
      "NODE_OPTIONS LD_PRELOAD DYLD_INSERT_LIBRARIES PYTHONPATH GIT_DIR npm_config_registry NPM_CONFIG_PREFIX BASH_ENV PERL5OPT RUBYOPT JAVA_TOOL_OPTIONS ENV SSH_AUTH_SOCK ELECTRON_RUN_AS_NODE".split(
        " ",
      );
    const all = Object.fromEntries(names.map((name) => [name, "/tmp/x"]));
    expect(
      Object.keys(cleanEnvironment({ ...all, PATH: "/usr/bin" }, { temporary: "/tmp/t", extra: all })).sort(),
    ).toEqual(
      ["CI", "NODE_DISABLE_COMPILE_CACHE", "NO_COLOR", "PATH", "TEMP", "TERM", "TMP", "TMPDIR"].sort(),
    );
    for (const name of names) expect(runsCode(name), name).toBe(true);
    // Where the person's tools and settings are is the person's own business.
    const moved = { HOME: "/w/home", GOROOT: "/w/go", JAVA_HOME: "/w/java", SSL_CERT_FILE: "/w/ca.pem" };
    expect(
      cleanEnvironment({ HOME: "/home/ada" }, { temporary: "/tmp/t", extra: { ...moved, COLUMNS: "80" } }),
    ).toEqual({
      HOME: "/home/ada",
      COLUMNS: "80",
      TMPDIR: "/tmp/t",
      TMP: "/tmp/t",
      TEMP: "/tmp/t",
      CI: "1",
      NO_COLOR: "1",
      TERM: "dumb",
      NODE_DISABLE_COMPILE_CACHE: "1",
    });
  });

  it("CO-8 knows secrets by name and by value", () => {
    for (const name of [
      "GITHUB_TOKEN",
      "OPENAI_API_KEY",
      "db_password",
      "AWS_SECRET_ACCESS_KEY",
      "MY_AUTH",
      "SENTRY_DSN",
    ]) {
      expect(looksSecret(name, "x"), name).toBe(true);
    }
    for (const value of [`ghp_${"a".repeat(36)}`, "https://user:pass@host/x", `sk-${"a".repeat(40)}`]) {
      expect(looksSecret("HARMLESS", value), value).toBe(true);
    }
    expect(looksSecret("LANG", "C.UTF-8")).toBe(false);
  });
});
