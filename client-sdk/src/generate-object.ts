import type { TRPCProcedureOptions } from "@trpc/client";
import type { NexusClient } from "./nexus-client.ts";
import type { NexusInputs, NexusOutputs } from "./types.ts";

type Asked = NexusInputs["ai"]["generateObject"];
type Answer = NexusOutputs["ai"]["generateObject"];

/** One thing that a schema does not take. */
interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

type Validated<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/**
 * A schema that checks values and describes them as JSON Schema: Standard Schema with Standard JSON Schema
 * (https://standardschema.dev), as Zod 4.2, ArkType and others implement them.
 */
export interface StandardObjectSchema<Output> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => Validated<Output> | Promise<Validated<Output>>;
    readonly jsonSchema: { readonly input: (options: { readonly target: "draft-2020-12" }) => Record<string, unknown> };
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** A request for an object; what it must be is said by a schema of the caller's own library. */
export type ObjectRequest<Output> = Omit<Asked, "schema"> & { readonly schema: StandardObjectSchema<Output> };

/** The answer of `ai.generateObject`, whose object has the schema's type. */
export type GeneratedObject<Output> = Omit<Answer, "object"> & { readonly object: Output };

/** The object fits the JSON Schema, but not what the schema demands beyond it. */
export class ObjectMismatchError extends Error {
  readonly issues: readonly SchemaIssue[];
  /** What was generated and paid for. */
  readonly answer: Answer;

  constructor(issues: readonly SchemaIssue[], answer: Answer) {
    super(`The object does not fit what the schema demands: ${issues.map(({ message }) => message).join("; ")}`);
    this.name = "ObjectMismatchError";
    this.issues = issues;
    this.answer = answer;
  }
}

/** JSON Schema is JSON. */
const asJson = (schema: Record<string, unknown>): Asked["schema"] => schema as Asked["schema"];

/**
 * Generates an object with a schema of Zod or another library that speaks Standard Schema: the server checks it against
 * the JSON Schema, the library itself applies what that cannot say, such as transformations.
 *
 * @example
 * const schema = z.object({ rivers: z.array(z.string()) });
 * const { object } = await generateObject(nexus, { model: "openai/gpt-4o-mini", prompt: "Name three rivers.", schema });
 * object.rivers.forEach((river) => console.log(river));
 */
export const generateObject = async <Output>(
  nexus: Pick<NexusClient, "ai">,
  { schema, ...request }: ObjectRequest<Output>,
  options?: TRPCProcedureOptions,
): Promise<GeneratedObject<Output>> => {
  const { validate, jsonSchema } = schema["~standard"];
  const asked = { ...request, schema: asJson(jsonSchema.input({ target: "draft-2020-12" })) };
  const answer = await nexus.ai.generateObject.mutate(asked, options);
  const checked = await validate(answer.object);
  if (checked.issues !== undefined) throw new ObjectMismatchError(checked.issues, answer);
  return { ...answer, object: checked.value };
};
