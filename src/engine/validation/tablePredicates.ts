import {
  mayDefineTables,
  sameTable,
  tableDefinitions,
  type TableDefinition,
} from "../../core/validation/scan/tableDefinitions";
import { failed, passed, readText } from "./filePredicates";
import type { PredicateContext, PredicateFinding } from "./predicateContext";

const mostFiles = 2000;

export async function tableDefined(
  table: string,
  path: string | undefined,
  context: PredicateContext,
): Promise<PredicateFinding> {
  const t = context.translate;
  const all = await definitions(path, context);
  const found = all.find(({ definition }) => definition.tables.some((name) => sameTable(name, table)));
  if (found !== undefined) return passed(t("{0} defines the table {1}", found.path, table));
  if (all.length > 0) return failed(t("Nothing defines the table {0}", table));
  return {
    status: "not_verified",
    summary: t("No table definitions were found in a form that can be read here"),
  };
}

export async function hasPrimaryKey(
  model: string,
  path: string | undefined,
  context: PredicateContext,
): Promise<PredicateFinding> {
  const t = context.translate;
  const all = await definitions(path, context);
  const found = all.filter(
    ({ definition }) =>
      sameTable(definition.model, model) || definition.tables.some((name) => sameTable(name, model)),
  );
  const keyed = found.find(({ definition }) => definition.hasPrimaryKey);
  if (keyed !== undefined) return passed(t("{0} in {1} has a primary key", model, keyed.path));
  const [first] = found;
  if (first !== undefined) return failed(t("{0} in {1} has no primary key", model, first.path));
  if (all.length > 0) return failed(t("Nothing defines the model {0}", model));
  return {
    status: "not_verified",
    summary: t("No table definitions were found in a form that can be read here"),
  };
}

interface Located {
  readonly path: string;
  readonly definition: TableDefinition;
}

async function definitions(path: string | undefined, context: PredicateContext): Promise<readonly Located[]> {
  const isExact = path !== undefined && !/[*?{[]/u.test(path);
  const paths = isExact
    ? [path]
    : (await context.files.list({ ...(path !== undefined && { glob: path }), limit: mostFiles })).paths;
  const all: Located[] = [];
  for (const file of paths.filter(mayDefineTables)) {
    const text = await readText(file, context);
    if (typeof text !== "string") continue;
    for (const definition of tableDefinitions(file, text)) all.push({ path: file, definition });
  }
  return all;
}
