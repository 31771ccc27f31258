// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { contentSecurityPolicy, pageHtml } from "../../../src/vscode/pages/webviewHtml";

const source = {
  cspSource: "https://files.example",
  script: "https://files.example/plan.js",
  styles: ["https://files.example/codicon.css", "https://files.example/plan.css"],
  nonce: "bm9uY2U",
  language: "es",
  title: "Plan",
  subject: "d_01JDABCDEFGHJKMNPQRSTVWXYZ",
};

test("WV-16 a page may load its own files and nothing else", () => {
  expect(contentSecurityPolicy(source.cspSource, source.nonce).split("; ")).toEqual([
    "default-src 'none'",
    "script-src 'nonce-bm9uY2U'",
    "style-src https://files.example",
    "font-src https://files.example",
    "img-src https://files.example data:",
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-src 'none'",
  ]);
});

test("WV-17 nothing that goes into the frame of a page can leave its attribute", () => {
  const hostile = `"><script>alert(1)</script>&'`;
  const document = new DOMParser().parseFromString(
    pageHtml({ ...source, styles: [], title: hostile, subject: hostile }),
    "text/html",
  );
  expect(document.body.dataset["subject"]).toBe(hostile);
  expect(document.title).toBe(hostile);
  expect(document.querySelectorAll("script")).toHaveLength(1);
  expect(document.querySelector("script")?.getAttribute("nonce")).toBe(source.nonce);
  expect(document.documentElement.lang).toBe("es");
  expect(document.querySelector("meta[http-equiv]")?.getAttribute("content")).toBe(
    contentSecurityPolicy(source.cspSource, source.nonce),
  );
  expect([...document.querySelectorAll("[onclick], [style], style")]).toEqual([]);
});
