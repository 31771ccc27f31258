import { describe, expect, it } from "vitest";
import { createTranslate } from "../../../src/core/translate";

const t = createTranslate({
  "There is no plan {0} in this workspace": "No hay ningún plan {0} aquí",
  "This is not valid JSON: {0}, at column {1}": "Esto no es JSON válido: {0}, en la columna {1}",
  "the text is empty": "el texto está vacío",
  "{1} comes before {0} here": "{1} va antes que {0} aquí",
  empty: "vacío",
  "Run {0} is {1} already": "La ejecución {0} ya está {1}",
  "in review": "en revisión",
  "branch {0}": "rama {0}",
  "The file could not be written": "No se pudo escribir el archivo",
  "the disk is full": "el disco está lleno",
});

describe("a sentence", () => {
  it.each([
    ["its own words", t("the text is empty"), "el texto está vacío"],
    ["arguments given", t("There is no plan {0} in this workspace", "d_1"), "No hay ningún plan d_1 aquí"],
    ["arguments filled in", t("There is no plan d_1 in this workspace"), "No hay ningún plan d_1 aquí"],
    [
      "a phrase filled in",
      t("This is not valid JSON: the text is empty, at column 1"),
      "Esto no es JSON válido: el texto está vacío, en la columna 1",
    ],
    [
      "a name that is a word of ours",
      t("There is no plan empty in this workspace"),
      "No hay ningún plan empty aquí",
    ],
    ["a short phrase", t("branch main"), "rama main"],
    ["words that only look like a short phrase", t("branch of a tree"), "branch of a tree"],
    ["a status filled in", t("Run r_1 is in_review already"), "La ejecución r_1 ya está en revisión"],
    [
      "a reason after a colon",
      t("The file could not be written: the disk is full"),
      "No se pudo escribir el archivo: el disco está lleno",
    ],
    ["a system's reason", t("The file could not be written: EIO"), "No se pudo escribir el archivo: EIO"],
    ["a name before it", t("a.txt: the disk is full; EIO"), "a.txt: el disco está lleno; EIO"],
    ["arguments out of order", t("b comes before a here"), "b comes before a here"],
    ["unknown words", t("Something {0} else", 1), "Something 1 else"],
    ["the name of a method", t("constructor"), "constructor"],
  ])("CL-27 with %s is said in the person's language", (_, said, expected) => {
    expect(said).toBe(expected);
  });
});
