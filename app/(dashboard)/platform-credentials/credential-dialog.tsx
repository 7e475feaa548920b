"use client";

import { useState } from "react";
import type { KeyVendor } from "../../_data/answers.ts";
import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { useSubmit } from "../../_forms/use-submit.ts";
import { Button } from "../../_ui/button.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { Modal } from "../../_ui/modal.tsx";
import { AddressField, typedAddress, SecretFields, typedSecret } from "../vendor-secret-fields.tsx";
import { credentialActions, type CredentialOwner } from "./credential-owner.ts";

interface CredentialDialogProps {
  readonly owner: CredentialOwner;
  /** Vendors to choose from; of a credential that is replaced its own alone. */
  readonly vendors: readonly KeyVendor[];
  /** The address of the one that is replaced. */
  readonly replaces?: string;
  readonly onSaved: (vendorName: string) => void;
  readonly onClose: () => void;
}

/** Stores a credential that Nexus manages, or another secret in place of one. */
export const CredentialDialog = ({ owner, vendors, replaces, onSaved, onClose }: CredentialDialogProps) => {
  const change = useChangeAtNexus();
  const { busy, refusal, expected, submit } = useSubmit();
  const [vendorId, setVendorId] = useState(vendors[0]?.id ?? "");
  const vendor = vendors.find(({ id }) => id === vendorId);
  const isNew = replaces === undefined;
  const actions = credentialActions(owner);
  const save = submit(async (form) => {
    if (!vendor) return;
    const stored = { vendor: vendorId, secret: typedSecret(form, vendor), ...typedAddress(form) };
    await change((nexus) => (isNew ? actions.store(nexus, stored) : actions.rotate(nexus, stored)));
    onSaved(vendor.name);
  });
  const title = isNew ? "Store a credential" : `Replace the key for ${vendor?.name ?? vendorId}`;
  return (
    <Modal
      open
      onClose={onClose}
      title={title}
      description={
        isNew
          ? "It is in use at once. Nobody sees the secret again, and its name stays the vendor's."
          : "Calls use the new secret at once. The old one is gone here; end it at the vendor too."
      }
    >
      <form onSubmit={save} aria-label={title} className="space-y-4">
        <RefusalNotice refusal={refusal} />
        {isNew && (
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
        )}
        {vendor && <SecretFields key={vendor.id} vendor={vendor} expected={expected} />}
        {vendor && (
          <AddressField
            key={`${vendor.id} address`}
            vendor={vendor}
            baseUrl={replaces}
            anyAddress={owner === "platform"}
            expected={expected}
          />
        )}
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" disabled={busy}>
            {busy ? "One moment…" : isNew ? "Store" : "Replace the key"}
          </Button>
        </div>
      </form>
    </Modal>
  );
};
