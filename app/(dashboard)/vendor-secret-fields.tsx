import type { KeyVendor } from "../_data/answers.ts";
import { FormField } from "../_forms/form-field.tsx";
import { formText } from "../_forms/use-submit.ts";
import { SelectField } from "../_ui/field.tsx";

/** `apiKey` as people read it. */
const labelOf = (name: string): string => {
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .replaceAll(/\b(api|id|url)\b/g, (word) => word.toUpperCase());
  return (words[0]?.toUpperCase() ?? "") + words.slice(1);
};

interface SecretFieldsProps {
  readonly vendor: KeyVendor;
  readonly expected: (field: string) => string | undefined;
}

/** What the vendor's secret consists of; write-only, also for managers of passwords. */
export const SecretFields = ({ vendor, expected }: SecretFieldsProps) => (
  <>
    {vendor.fields.map(({ name, description, required }) => (
      <FormField
        key={name}
        label={required ? labelOf(name) : `${labelOf(name)} (optional)`}
        name={`secret.${name}`}
        type="password"
        autoComplete="off"
        data-1p-ignore
        required={required}
        maxLength={4_096}
        hint={description ?? undefined}
        expected={expected(`secret.${name}`)}
      />
    ))}
  </>
);

/** The secret of a submitted form. */
export const typedSecret = (form: FormData, { fields }: KeyVendor): Record<string, string> =>
  Object.fromEntries(
    fields.map(({ name }) => [name, formText(form, `secret.${name}`).trim()]).filter(([, value]) => value !== ""),
  );

interface AddressFieldProps {
  readonly vendor: KeyVendor;
  readonly baseUrl: string | undefined;
  /** Operators may name any address. */
  readonly anyAddress?: boolean;
  readonly expected: (field: string) => string | undefined;
}

/** Where the vendor answers, where there is a choice. */
export const AddressField = ({ vendor, baseUrl, anyAddress = false, expected }: AddressFieldProps) => {
  if (!vendor.customBaseUrl && !anyAddress && vendor.addresses.length > 1)
    return (
      <SelectField label="Address" name="baseUrl" defaultValue={baseUrl ?? vendor.addresses[0]}>
        {vendor.addresses.map((address) => (
          <option key={address} value={address}>
            {address.replace(/^https:\/\//, "")}
          </option>
        ))}
      </SelectField>
    );
  if (!vendor.customBaseUrl && !anyAddress && vendor.addressForm === null) return null;
  return (
    <FormField
      label={vendor.customBaseUrl || vendor.addressForm !== null ? "Address" : "Address (optional)"}
      name="baseUrl"
      type="url"
      required={vendor.addressForm !== null}
      maxLength={512}
      placeholder={vendor.customBaseUrl ? "https://models.example.com/v1" : vendor.addresses[0]}
      defaultValue={baseUrl}
      hint={
        vendor.addressForm !== null
          ? `It is ${vendor.addressForm}.`
          : vendor.customBaseUrl
            ? "Where your own server answers; without one, the vendor's usual address."
            : "Without one, the vendor's usual address."
      }
      expected={expected("baseUrl")}
    />
  );
};

/** The address of a submitted form, where one was named. */
export const typedAddress = (form: FormData): { readonly baseUrl?: string } => {
  const address = formText(form, "baseUrl").trim();
  return address === "" ? {} : { baseUrl: address };
};
