import { afterEach, beforeEach, expect, it } from "vitest";
import { CliWorkspace } from "./cliWorkspace";

let place: CliWorkspace;

beforeEach(async () => {
  place = await CliWorkspace.make();
});

afterEach(() => {
  place.remove();
});

const unknown = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

it.each([
  [
    ["state", "export", "nowhere/all"],
    "usage.invalid",
    /There is no folder for .*nowhere\/all\nNothing was changed\. Name a file in a folder/u,
    /No hay carpeta para .*\nNo se cambió nada\. Nombre un archivo/u,
  ],
  [
    ["state", "export", "."],
    "usage.invalid",
    /is a folder, not a file\nNothing was changed/u,
    /es una carpeta, no un archivo\nNo se cambió nada/u,
  ],
  [
    ["state", "import", "."],
    "usage.invalid",
    /is a folder, not a file\nNothing was changed\. Name a file that was made with/u,
    /es una carpeta, no un archivo\nNo se cambió nada/u,
  ],
  [
    ["state", "import", "package.json"],
    "store.corrupt",
    /is no whole exported state: it begins differently\nNothing was changed/u,
    /no es un estado exportado completo: empieza de otro modo\n/u,
  ],
  [
    ["export", "PLAN", "--format", "masterplan", "-o", "nowhere/all.json"],
    "usage.invalid",
    /There is no folder for nowhere\/all\.json\nNothing was changed/u,
    /No hay carpeta para nowhere\/all\.json\nNo se cambió nada/u,
  ],
  [["history", `d_${unknown}`], "plan.unknown", /There is no plan d_/u, /No hay ningún plan d_/u],
  [
    ["status", `a_${unknown}`],
    "gate.unknownApproval",
    /There is no approval a_/u,
    /No hay ninguna aprobación a_/u,
  ],
  [
    ["review", `r_${unknown}`, "T1", "--show"],
    "run.unknown",
    /There is no run r_/u,
    /No hay ninguna ejecución r_/u,
  ],
])("CL-24 %j is refused in words in both languages, and as JSON", async (words, code, english, spanish) => {
  const made = words.includes("PLAN") ? await place.jsonHere("plan", "Greet", "--offline") : null;
  const args = words.map((word) => (word === "PLAN" ? String(made?.id) : word));
  const plain = await place.callHere(...args);
  expect(plain.code).toBe(code === "store.corrupt" || code === "gate.unknownApproval" ? 1 : 2);
  expect(plain.out).toBe("");
  expect(plain.err).toMatch(new RegExp(`^error ${code}: .+\\n.+\\n$`, "u"));
  expect(plain.err).toMatch(english);
  expect((await place.callHere(...args, "--lang", "es")).err).toMatch(spanish);
  const json = await place.callHere(...args, "--json");
  expect(JSON.parse(json.err)).toMatchObject({ error: { code, message: expect.any(String) } });
});
