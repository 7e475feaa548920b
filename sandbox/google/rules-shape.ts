import type { JsonObject } from "../read-json.ts";
import { invalid } from "../refusal.ts";
import type { Refusal } from "../refusal.ts";
import { findMisfit } from "../shape.ts";
import type { ObjectShape, Path } from "../shape.ts";

const kinds: Readonly<Record<string, string>> = {
  string: "TYPE_STRING",
  integer: "TYPE_INT32",
  number: "TYPE_FLOAT",
  boolean: "TYPE_BOOL",
};

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A place as Google writes it: `generation_config.stop_sequences[0]`. */
const placeOf = (path: Path): string =>
  path.map((step, at) => (typeof step === "number" ? `[${step}]` : `${at === 0 ? "" : "."}${snake(step)}`)).join("");

/** Unknown and mistyped fields, in the words of Google's JSON reader; it finds no field missing. */
export function refusedShape(shape: ObjectShape, body: JsonObject): Refusal | undefined {
  const misfit = findMisfit(shape, body);
  if (misfit === undefined) return undefined;
  const { path, problem, wanted, value } = misfit;
  if (problem === "unknown") {
    const holder = placeOf(path.slice(0, -1));
    const where = holder === "" ? "" : ` at '${holder}'`;
    return invalid(`Invalid JSON payload received. Unknown name "${String(path.at(-1))}"${where}: Cannot find field.`);
  }
  const got = JSON.stringify(value).slice(0, 120);
  const type = wanted.map((kind) => kinds[kind]).find((one) => one !== undefined);
  if (problem === "kind" && type === undefined) {
    return invalid(
      wanted.includes("list")
        ? `Invalid JSON payload received. Unknown name "${String(path.at(-1))}"${path.length > 1 ? ` at '${placeOf(path.slice(0, -1))}'` : ""}: Proto field is not repeating, cannot start list.`
        : `Invalid value at '${placeOf(path)}' (type.googleapis.com/google.ai.generativelanguage.v1beta), ${got}`,
    );
  }
  return invalid(`Invalid value at '${placeOf(path)}' (${type ?? "TYPE_ENUM"}), ${got}`);
}
