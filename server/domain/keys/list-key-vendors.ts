import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { parseInput } from "../../platform/parse-input.ts";
import type { CredentialDeps, CredentialVendor } from "../credentials/index.ts";

export const ListKeyVendorsInput = z.strictObject({});
export type ListKeyVendorsInput = z.input<typeof ListKeyVendorsInput>;

const SecretField = z.object({
  name: z.string().describe("Under which the value is sent when a key is stored, such as `apiKey`"),
  description: z.string().nullable(),
  required: z.boolean(),
});

/** A vendor for which a key can be stored, and what its secret consists of. */
const KeyVendor = z.object({
  id: z.string(),
  name: z.string(),
  fields: z.array(SecretField),
  addresses: z
    .array(z.string())
    .describe(
      "Addresses of the vendor's own, such as its regions', of which `baseUrl` may be one; the first is the usual one.",
    ),
  test: z
    .string()
    .nullable()
    .describe('What a test of a key asks the vendor, as in "lists the models"; null where nothing free can be asked.'),
  addressForm: z
    .string()
    .nullable()
    .describe(
      "How `baseUrl` is written where each account at the vendor has an address of its own, which must be named.",
    ),
  customBaseUrl: z.boolean().describe("Whether the organization may name the address, as of a server of its own."),
});

export const ListKeyVendorsOutput = z.object({ vendors: z.array(KeyVendor) });
export type ListKeyVendorsOutput = z.output<typeof ListKeyVendorsOutput>;

const descriptionOf = (field: z.core.$ZodType): string | null => {
  const inner = field instanceof z.ZodOptional ? field.unwrap() : field;
  return z.globalRegistry.get(field)?.description ?? z.globalRegistry.get(inner)?.description ?? null;
};

const view = ({
  id,
  name,
  credential,
  customBaseUrl,
  defaultBaseUrl,
  addresses = [],
  addressForm,
  probe,
}: CredentialVendor): z.output<typeof KeyVendor> => ({
  id,
  name,
  fields: Object.entries(credential.shape).map(([field, schema]) => ({
    name: field,
    description: descriptionOf(schema),
    required: !z.safeParse(schema, undefined).success,
  })),
  addresses: addressForm === undefined ? [defaultBaseUrl, ...addresses] : [],
  addressForm: addressForm?.expected ?? null,
  test: probe?.asks ?? null,
  customBaseUrl,
});

/** The vendors for which the organization can store keys, by name. */
export const listKeyVendors = async (
  { vendors }: Pick<CredentialDeps, "vendors">,
  _: CallContext,
  input: ListKeyVendorsInput,
): Promise<ListKeyVendorsOutput> => {
  parseInput(ListKeyVendorsInput, input);
  const known = [...vendors.keys()].flatMap((id) => {
    const vendor = vendors.get(id);
    return vendor === undefined ? [] : [view(vendor)];
  });
  return { vendors: known.toSorted((one, other) => one.name.localeCompare(other.name, "en")) };
};
