import type pg from "pg";
import { unknownName } from "../existence/index.ts";
import { selectTemplate, selectTemplates, type TemplateRow } from "./store-templates.ts";

/** The template, or INVALID_INPUT with the one whose name is nearest. `field` is where the name stands in the input. */
export const requireTemplate = async (
  db: pg.Pool | pg.PoolClient,
  organizationId: string,
  { name, version }: { readonly name: string; readonly version?: number | undefined },
  field: string,
): Promise<TemplateRow> => {
  const row = await selectTemplate(db, organizationId, name, version);
  if (row) return row;
  const others = await selectTemplates(db, organizationId);
  const newest = others.find((other) => other.name === name);
  if (newest === undefined)
    throw unknownName(
      field,
      "a template of the organization",
      name,
      others.map((other) => other.name),
    );
  const place = field.replace(/name$/, "version");
  throw unknownName(place, `a version that is kept; the newest is ${newest.version}`, String(version), []);
};
