import { describe, expect, test } from "vitest";
import { createRedact } from "../../../src/core/redact";

describe("redaction", () => {
  test.each([
    "sk-proj-abcdefghijklmnopqrstuvwxyz",
    "Authorization: Bearer abcdef0123456789abcdef",
    `ghp_${"a1".repeat(18)}`,
    "AKIAABCDEFGHIJKLMNOP",
    "api_key = 'abcdef0123456789'",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----",
    "https://user:hunter2secret@example.com/x",
  ])("takes out %j", (text) => {
    const clean = createRedact()(`before ${text} after`);
    expect(clean).toContain("[redacted]");
    expect(clean).toMatch(/^before .* after$/su);
    expect(clean).not.toMatch(/abcdefghijklmnop|0123456789|MIIE|hunter2secret|a1a1a1|ABCDEFGHIJ/u);
  });

  test("takes out known values, the longest first, and leaves short ones", () => {
    const redact = createRedact(["topsecret", "topsecret-longer", "abc"]);
    expect(redact("topsecret-longer topsecret abc")).toBe("[redacted] [redacted] abc");
  });

  test("leaves plain text as it is", () => {
    const text = "The password field is required; tokens: 12; path src/keys/index.ts";
    expect(createRedact()(text)).toBe(text);
  });
});
