/** A table or model found in a source file, with the text that defines it. */
export interface TableDefinition {
  readonly tables: readonly string[];
  readonly model: string;
  readonly hasPrimaryKey: boolean;
}

/** Files whose tables this module can read: SQL, Prisma, SQLAlchemy, SQLModel, Django, TypeORM and query builders. */
export function mayDefineTables(path: string): boolean {
  return /\.(?:sql|prisma|py|[cm]?[jt]s)$/u.test(path);
}

/** What a file defines, read as text; nothing is run and nothing is inherited from other files. */
export function tableDefinitions(path: string, whole: string): readonly TableDefinition[] {
  // Dumps are data; the definitions that people write are short, and reading must stay quick.
  const text = whole.slice(0, 300_000);
  if (path.endsWith(".sql")) return sqlTables(text.replace(/--.*$/gmu, "").replace(/\/\*[^]*?\*\//gu, ""));
  if (path.endsWith(".prisma")) return prismaModels(text.replace(/\/\/.*$/gmu, ""));
  if (path.endsWith(".py")) return pythonModels(path, text.replace(/^\s*#.*$/gmu, ""));
  return mayDefineTables(path)
    ? scriptEntities(text.replace(/^\s*\/\/.*$/gmu, "").replace(/\/\*[^]*?\*\//gu, ""))
    : [];
}

export function sameTable(left: string, right: string): boolean {
  return bare(left) === bare(right);
}

function bare(name: string): string {
  return name
    .replace(/["'`[\]]/gu, "")
    .replace(/^.*\./u, "")
    .toLowerCase();
}

function sqlTables(text: string): readonly TableDefinition[] {
  const starts = text.matchAll(
    /\bcreate\s+(?:(?:global|local|temporary|temp|unlogged)\s+)*table\s+(?:if\s+not\s+exists\s+)?([\w."`[\]]+)\s*\(/giu,
  );
  return [...starts].map((match) => {
    const name = bare(match[1] ?? "");
    const body = balanced(text, match.index + match[0].length - 1);
    const altered = new RegExp(
      `alter\\s+table\\s+(?:only\\s+)?[\\w."\`]*\\b${name}\\b["\`]?\\s+add\\s+(?:constraint\\s+\\S+\\s+)?primary\\s+key`,
      "iu",
    );
    return {
      tables: [name],
      model: name,
      hasPrimaryKey: /\bprimary\s+key\b/iu.test(body) || altered.test(text),
    };
  });
}

function prismaModels(text: string): readonly TableDefinition[] {
  return [...text.matchAll(/^\s*model\s+(\w+)\s*\{([^}]*)\}/gmu)].map(([, model = "", body = ""]) => {
    const mapped = /@@map\(\s*(?:name:\s*)?"([^"]+)"/u.exec(body)?.[1];
    return { tables: [mapped ?? model], model, hasPrimaryKey: /@id\b|@@id\b/u.test(body) };
  });
}

function pythonModels(path: string, text: string): readonly TableDefinition[] {
  const found: TableDefinition[] = [];
  for (const { name, bases, body } of pythonClasses(text)) {
    const tableName = /__tablename__\s*(?::[^=\n]+)?=\s*["']([^"']+)["']/u.exec(body)?.[1];
    const isDjango = /\bmodels\.Model\b/u.test(bases);
    const isSqlModel = /\btable\s*=\s*True\b/u.test(bases);
    if (tableName === undefined && !isDjango && !isSqlModel) continue;
    const explicit = tableName ?? /\bdb_table\s*=\s*["']([^"']+)["']/u.exec(body)?.[1];
    const app = /(?:^|\/)([^/]+)\/models(?:\.py|\/)/u.exec(path)?.[1];
    const implied = isDjango && app !== undefined ? `${app}_${name}` : name;
    // Django gives every model a primary key; the others must declare one.
    const hasPrimaryKey = isDjango || /\bprimary_key\s*=\s*True\b|\bPrimaryKeyConstraint\(/u.test(body);
    found.push({ tables: [explicit ?? implied.toLowerCase()], model: name, hasPrimaryKey });
  }
  for (const match of text.matchAll(/\b(?:Table|create_table)\(\s*["']([^"']+)["']/gu)) {
    const call = balanced(text, text.indexOf("(", match.index));
    found.push({
      tables: [match[1] ?? ""],
      model: match[1] ?? "",
      hasPrimaryKey: /\bprimary_key\s*=\s*True\b|\bPrimaryKeyConstraint\(/u.test(call),
    });
  }
  return found;
}

function pythonClasses(
  text: string,
): readonly { readonly name: string; readonly bases: string; readonly body: string }[] {
  return [...text.matchAll(/^([ \t]*)class\s+(\w+)\s*(?:\(([^)]*)\))?\s*:/gmu)].map((match) => {
    const [whole, indent = "", name = "", bases = ""] = match;
    const rest = text.slice(match.index + whole.length).split("\n");
    const end = rest.findIndex(
      (line, index) =>
        index > 0 && line.trim() !== "" && !line.startsWith(`${indent} `) && !line.startsWith(`${indent}\t`),
    );
    return { name, bases, body: rest.slice(0, end === -1 ? undefined : end).join("\n") };
  });
}

function scriptEntities(text: string): readonly TableDefinition[] {
  const entities = [
    ...text.matchAll(/@Entity\(\s*(?:(["'`])([^"'`]+)\1|\{([^}]*)\})?[^)]*\)[^]*?\bclass\s+(\w+)[^{]*\{/gu),
  ].map((match) => {
    const [whole, , literal, options, model = ""] = match;
    const named = literal ?? /\bname:\s*["'`]([^"'`]+)["'`]/u.exec(options ?? "")?.[1];
    const body = balanced(text, match.index + whole.length - 1);
    const snake = model.replace(/([a-z\d])([A-Z])/gu, "$1_$2").toLowerCase();
    return {
      tables: [named ?? snake],
      model,
      hasPrimaryKey: /@Primary(?:Generated)?Column\b|@ObjectIdColumn\b/u.test(body),
    };
  });
  const calls = [
    ...text.matchAll(
      /\b(?:(?:pg|mysql|sqlite)Table|createTable|createTableIfNotExists)\(\s*["'`]([^"'`]+)["'`]/gu,
    ),
  ].map((match) => {
    const body = balanced(text, text.indexOf("(", match.index));
    const hasPrimaryKey = /\bprimaryKey\(|\.primary\(|\bincrements\(|\bprimary\s+key\b/iu.test(body);
    return { tables: [match[1] ?? ""], model: match[1] ?? "", hasPrimaryKey };
  });
  return [...entities, ...calls];
}

/** The text from the bracket at `open` to the one that closes it. */
function balanced(text: string, open: number): string {
  let depth = 0;
  for (let index = open; index < text.length; index += 1) {
    const character = text[index];
    if (character === "(" || character === "{") depth += 1;
    else if (character === ")" || character === "}") depth -= 1;
    if (depth === 0) return text.slice(open, index + 1);
  }
  return text.slice(open);
}
