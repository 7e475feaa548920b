"use client";

import { useState } from "react";
import type { KeyVendor } from "../../../_data/answers.ts";
import { useChangeAtNexus } from "../../../_data/use-change-at-nexus.ts";
import { FormField } from "../../../_forms/form-field.tsx";
import { RefusalNotice } from "../../../_forms/refusal-notice.tsx";
import { formText, useSubmit } from "../../../_forms/use-submit.ts";
import { Button } from "../../../_ui/button.tsx";
import { SelectField } from "../../../_ui/field.tsx";
import { Modal } from "../../../_ui/modal.tsx";
import { AddressField, typedAddress, SecretFields, typedSecret } from "../../vendor-secret-fields.tsx";

interface VendorKeyDialogProps {
  /** Vendors to choose from; of a key that is replaced its own alone. */
  readonly vendors: readonly KeyVendor[];
  readonly replaces?: { readonly id: string; readonly label: string; readonly baseUrl: string };
  readonly onSaved: () => void;
  readonly onClose: () => void;
}

/** Stores a key at a vendor, or another secret in place of one. */
export const VendorKeyDialog = ({ vendors, replaces, onSaved, onClose }: VendorKeyDialogProps) => {
  const change = useChangeAtNexus();
  const { busy, refusal, expected, submit } = useSubmit();
  const [vendorId, setVendorId] = useState(vendors[0]?.id ?? "");
  const vendor = vendors.find(({ id }) => id === vendorId);
  const save = submit(async (form) => {
    if (!vendor) return;
    const secret = typedSecret(form, vendor);
    const baseUrl = typedAddress(form);
    await change((nexus) =>
      replaces
        ? nexus.keys.rotate.mutate({ id: replaces.id, secret, ...baseUrl })
        : nexus.keys.create.mutate({
            vendor: vendorId,
            label: formText(form, "label").trim(),
            secret,
            primary: form.get("primary") === "on",
            ...baseUrl,
          }),
    );
    onSaved();
  });
  const title = replaces ? `Replace ${replaces.label}` : "Add a vendor key";
  return (
    <Modal
      open
      onClose={onClose}
      title={title}
      description={
        replaces
          ? "Calls use the new secret at once. The old one is gone here; end it at the vendor too."
          : "Make a key at the vendor for Topolo Nexus alone, so that you can end it there."
      }
    >
      <form onSubmit={save} aria-label={title} className="space-y-4">
        <RefusalNotice refusal={refusal} />
        {!replaces && (
          <>
            <SelectField
              label="Vendor"
              value={vendorId}
              onChange={({ currentTarget }) => setVendorId(currentTarget.value)}
            >
              {vendors.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </SelectField>
            <FormField
              label="Name"
              name="label"
              autoComplete="off"
              placeholder="Main account"
              required
              maxLength={100}
              expected={expected("label")}
            />
          </>
        )}
        {vendor && <SecretFields key={vendor.id} vendor={vendor} expected={expected} />}
        {vendor && (
          <AddressField key={`${vendor.id} address`} vendor={vendor} baseUrl={replaces?.baseUrl} expected={expected} />
        )}
        {!replaces && (
          <label className="flex items-start gap-2.5">
            <input type="checkbox" name="primary" className="mt-1 size-4 shrink-0" defaultChecked />
            <span>Use this key from now on</span>
          </label>
        )}
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" disabled={busy}>
            {busy ? "One moment…" : replaces ? "Replace the key" : "Add the key"}
          </Button>
        </div>
      </form>
    </Modal>
  );
};
