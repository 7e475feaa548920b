import { errorTable, type ErrorCode } from "../../errors.ts";

const isCode = (name: string): name is ErrorCode => Object.hasOwn(errorTable, name);
const codes = Object.keys(errorTable).filter(isCode);

const codesOf = (status: number): readonly ErrorCode[] => codes.filter((code) => errorTable[code].http === status);

const statuses: readonly number[] = [...new Set(codes.map((code) => errorTable[code].http))].sort((a, b) => a - b);

const exampleOf = (code: ErrorCode) => ({
  error: {
    code,
    message: errorTable[code].message,
    effect: "none",
    retryable: errorTable[code].retryable,
    requestId: "req_01",
    docs: `http://localhost:3000/docs/errors#${code.toLowerCase().replaceAll("_", "-")}`,
  },
});

/** A path that does not know a method is no operation. */
const ofNoOperation = 405;

/** The failures of each status as components: which codes it has, what they say, and an example. */
export const errorResponses = Object.fromEntries(
  statuses
    .filter((status) => status !== ofNoOperation)
    .map((status) => [
      `Error${status}`,
      {
        description: codesOf(status)
          .map((code) => `\`${code}\`: ${errorTable[code].message}`)
          .join("\n\n"),
        content: {
          "application/json": {
            schema: { $ref: "#/components/schemas/Error" },
            example: exampleOf(codesOf(status)[0] ?? "INTERNAL"),
          },
        },
      },
    ]),
);

interface Facts {
  readonly method: string;
  readonly metered: boolean;
}

const always = [400, 401, 403, 404, 408, 429, 500, 503] as const;
const ofWrites = [409, 413, 415, 422] as const;
const ofMetered = [402, 409, 412, 413, 415, 422, 499, 502, 504] as const;

/** The statuses with which an operation can fail. */
export const failuresOf = ({ method, metered }: Facts): Readonly<Record<string, { readonly $ref: string }>> => {
  const found = new Set<number>([...always, ...(method === "get" ? [] : ofWrites), ...(metered ? ofMetered : [])]);
  return Object.fromEntries(
    [...found]
      .sort((a, b) => a - b)
      .map((status) => [String(status), { $ref: `#/components/responses/Error${status}` }]),
  );
};
