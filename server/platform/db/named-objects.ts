import type pg from "pg";

/** Something that a script creates or drops, by its name in the catalog. */
export interface NamedObject {
  readonly kind: "relation" | "index" | "function" | "type" | "trigger" | "column" | "constraint";
  readonly schema: string;
  /** The table that an index, trigger, column or constraint is on; empty otherwise, and where a script drops an index. */
  readonly table: string;
  readonly name: string;
  /** Created by the script; otherwise dropped. */
  readonly made: boolean;
}

const identifier = String.raw`(?:"(?:[^"]|"")+"|[a-z_][\w$]*)`;
const qualified = `(?:(${identifier})\\s*\\.\\s*)?(${identifier})`;
const pattern = (text: string): RegExp => new RegExp(text.replaceAll("Q", qualified).replaceAll(" ", "\\s+"), "i");

const unquoted = (name: string): string =>
  name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase();

/** Statements without comments, strings and bodies: only names and words are left. */
const statementsOf = (script: string): string[] =>
  script
    .replace(/--[^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$|'(?:[^']|'')*'/g, " ")
    .split(";")
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");

/** The parts of a list that are not within parentheses. */
const partsOf = (list: string): string[] => {
  const parts = [""];
  let depth = 0;
  for (const character of list) {
    if (character === "(") depth += 1;
    if (character === ")") depth -= 1;
    if (character === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim());
};

const makesRelation = pattern(
  "^create (?:unique )?(?:unlogged )?(?:table|view|materialized view|sequence) Q|^create (?:unique )?index (?:concurrently )?Q on (?:only )?Q",
);
const makesFunction = pattern("^create (?:function|procedure|aggregate) Q");
const makesType = pattern("^create (?:type|domain) Q");
const makesTrigger = pattern(`^create (?:constraint )?trigger (${identifier}) [\\s\\S]*? on Q`);
const dropsOne = pattern(
  "^drop (table|view|materialized view|sequence|index|type|domain|function|procedure) (?:if exists )?Q",
);
const dropsTrigger = pattern(`^drop trigger (?:if exists )?(${identifier}) on Q`);
const altersTable = pattern("^alter table (?:if exists )?(?:only )?Q ([\\s\\S]*)$");
const addsConstraint = pattern(`^add constraint (${identifier})`);
const addsColumn = pattern(`^add (?:column )?(?!constraint|primary|unique|check|foreign|exclude)(${identifier}) `);
const dropsPart = pattern(`^drop (constraint|column) (?:if exists )?(${identifier})`);

const kindsOfDropped: Readonly<Record<string, NamedObject["kind"]>> = {
  index: "index",
  type: "type",
  domain: "type",
  function: "function",
  procedure: "function",
};

/** Indexes have names of their own in a schema, whatever they are on. */
const keyOf = ({ kind, schema, table, name }: NamedObject): string =>
  JSON.stringify([kind, schema, kind === "index" ? "" : table, name]);

/**
 * What a script creates or drops for good. Left out is what may exist before as well: `or replace`, `if not exists`, and
 * names that it both drops and creates.
 */
export const namedObjects = (script: string, schema: string): readonly NamedObject[] => {
  const found: NamedObject[] = [];
  const note = (
    kind: NamedObject["kind"],
    made: boolean,
    name: string | undefined,
    at: string | undefined,
    table = "",
  ): void => {
    if (name !== undefined)
      found.push({
        kind,
        made,
        name: unquoted(name),
        schema: at === undefined ? schema : unquoted(at),
        table: table === "" ? "" : unquoted(table),
      });
  };
  for (const statement of statementsOf(script)) {
    if (/\bif\s+not\s+exists\b/i.test(statement)) continue;
    const relation = makesRelation.exec(statement);
    // An index lies in the schema of its table.
    if (relation?.[2]) note("relation", true, relation[2], relation[1]);
    if (relation?.[4]) note("index", true, relation[4], relation[5], relation[6]);
    const routine = makesFunction.exec(statement);
    if (routine) note("function", true, routine[2], routine[1]);
    const type = makesType.exec(statement);
    if (type) note("type", true, type[2], type[1]);
    const trigger = makesTrigger.exec(statement);
    if (trigger) note("trigger", true, trigger[1], trigger[2], trigger[3]);
    const dropped = dropsOne.exec(statement);
    if (dropped) note(kindsOfDropped[dropped[1]?.toLowerCase() ?? ""] ?? "relation", false, dropped[3], dropped[2]);
    const untriggered = dropsTrigger.exec(statement);
    if (untriggered) note("trigger", false, untriggered[1], untriggered[2], untriggered[3]);
    const [, at, table, actions] = altersTable.exec(statement) ?? [];
    for (const action of partsOf(actions ?? "")) {
      const constraint = addsConstraint.exec(action)?.[1];
      note("constraint", true, constraint, at, table);
      if (constraint === undefined) note("column", true, addsColumn.exec(`${action} `)?.[1], at, table);
      const part = dropsPart.exec(action);
      note(part?.[1]?.toLowerCase() === "column" ? "column" : "constraint", false, part?.[2], at, table);
    }
  }
  const dropped = new Set(found.filter(({ made }) => !made).map(keyOf));
  const made = new Set(found.filter((object) => object.made).map(keyOf));
  return found.filter((object) => !(dropped.has(keyOf(object)) && made.has(keyOf(object))));
};

/** Those that the scripts after it leave alone: neither dropped, nor on a table that is dropped. */
export const lastingObjects = (script: string, after: readonly string[], schema: string): readonly NamedObject[] => {
  const touched = new Set(after.flatMap((later) => namedObjects(later, schema)).map(keyOf));
  return namedObjects(script, schema).filter(
    (object) =>
      !touched.has(keyOf(object)) &&
      (object.table === "" || !touched.has(keyOf({ ...object, kind: "relation", name: object.table, table: "" }))),
  );
};

/** In words. */
export const describeObject = ({ kind, schema, table, name }: NamedObject): string =>
  table === "" ? `${kind} ${schema}.${name}` : `${kind} ${name} of ${schema}.${table}`;

/** Which of them the database has. */
export const presentOf = async (
  client: pg.ClientBase,
  objects: readonly NamedObject[],
): Promise<readonly NamedObject[]> => {
  const { rows } = await client.query<{ there: boolean }>(
    `select case kind
       when 'relation' then exists (select from pg_class c where c.relname = name and c.relnamespace = space)
       when 'index' then exists (select from pg_class c where c.relname = name and c.relnamespace = space)
       when 'function' then exists (select from pg_proc p where p.proname = name and p.pronamespace = space)
       when 'type' then exists (select from pg_type t where t.typname = name and t.typnamespace = space)
       when 'trigger' then exists (select from pg_trigger t where t.tgname = name and t.tgrelid = relation)
       when 'column' then exists (select from pg_attribute a where a.attname = name and a.attrelid = relation and not a.attisdropped)
       else exists (select from pg_constraint c where c.conname = name and c.conrelid = relation) end as there
     from (select o.*, (select n.oid from pg_namespace n where n.nspname = o.schema) as space,
                  to_regclass(case when o."table" <> '' then format('%I.%I', o.schema, o."table") end)::oid as relation
             from rows from (json_to_recordset($1) as (kind text, schema text, "table" text, name text))
                    with ordinality as o (kind, schema, "table", name, n)) q
     order by n`,
    [JSON.stringify(objects)],
  );
  return objects.filter((_, index) => rows[index]?.there === true);
};
