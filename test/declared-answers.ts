import { z } from "zod";
import { answerTable } from "../server/identity/answers/answer-table.ts";
import { AuthErrorBody } from "../server/identity/answers/auth-error-body.ts";
import { ReadyAnswer } from "../server/identity/answers/service-answers.ts";
import { RefusedValidationAnswer } from "../server/identity/answers/validation-answers.ts";
import { restRoutes } from "../server/identity/answers/rest-routes.ts";

const formOf = (path: string): RegExp => new RegExp(`^${path.replaceAll(/:\w+/g, "[^/]+")}$`);

/** As the router finds them: a path without names first, the others in their order. */
const places = restRoutes
  .map(({ method, path }) => ({ method, path, form: formOf(path) }))
  .toSorted((a, b) => Number(a.path.includes(":")) - Number(b.path.includes(":")));

/** The route of a request, as the table names it; undefined for what is no operation of the REST API. */
const routeOf = (method: string, at: string): string | undefined => {
  const path = at.replace(/\?.*$/, "");
  const found = places.find((place) => place.method === method && place.form.test(path));
  return found && `${found.method} ${found.path}`;
};

/** Refusals with a form of their own. */
const ownRefusals: Readonly<Record<string, z.ZodType>> = {
  "GET /validate": z.union([RefusedValidationAnswer, AuthErrorBody]),
  "POST /validate": z.union([RefusedValidationAnswer, AuthErrorBody]),
  "GET /health/ready": z.union([ReadyAnswer, AuthErrorBody]),
};

interface Answered {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const bodyOf = ({ type, text }: Answered): unknown => (type.startsWith("text/") ? text : JSON.parse(text));

const schemaFor = (route: string, { status, type }: Answered): z.ZodType | "nothing" | undefined => {
  if (status >= 400) return ownRefusals[route] ?? AuthErrorBody;
  const declared = answerTable[route];
  if (declared === undefined || !(status in declared)) return undefined;
  const schema = declared[status];
  if (schema === undefined || schema instanceof z.ZodType) return schema ?? "nothing";
  return schema[type.split(";")[0] ?? ""];
};

/** Refuses an answer of Auth that is not, to the last field, what its OpenAPI document declares. */
export const requireDeclaredAnswer = (method: string, at: string, answered: Answered): void => {
  const route = routeOf(method, at);
  if (route === undefined || (answered.status >= 300 && answered.status < 400)) return;
  // Pages for those who read them, and what Node refuses before anybody is asked.
  if (answered.status >= 400 && !answered.type.startsWith("application/json")) return;
  const schema = schemaFor(route, answered);
  const wrong = (what: string): Error =>
    new Error(`${route} answered ${answered.status} ${what}: ${answered.text.slice(0, 400)}`);
  if (schema === undefined) throw wrong(`of the type ${answered.type}, which is not declared`);
  if (schema === "nothing") {
    if (answered.text !== "") throw wrong("with a body that is not declared");
    return;
  }
  // Lines, each for itself; the last one says how many there are.
  const bodies = answered.type.startsWith("application/x-ndjson")
    ? answered.text
        .trim()
        .split("\n")
        .slice(0, -1)
        .map((line): unknown => JSON.parse(line))
    : [bodyOf(answered)];
  for (const body of bodies) {
    const { error } = schema.safeParse(body);
    if (error) throw wrong(`otherwise than declared (${z.prettifyError(error)})`);
  }
};
