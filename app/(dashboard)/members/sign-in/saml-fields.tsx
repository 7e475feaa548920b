"use client";

import { useId, useState } from "react";
import { FormField } from "../../../_forms/form-field.tsx";
import { Notice } from "../../../_forms/notice.tsx";
import type { SignInSettings } from "./company.ts";
import { CopiedValue } from "./copied-value.tsx";
import { readSamlMetadata } from "./read-saml-metadata.ts";
import { TextAreaField } from "./text-area-field.tsx";

const certificateForm = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates in a text; a text without marks is one. */
export const splitCertificates = (text: string): readonly string[] => text.match(certificateForm) ?? [text];

interface SamlFieldsProps {
  readonly settings: SignInSettings;
  readonly expected: (field: string) => string | undefined;
}

/** What a SAML provider is told of us, and what is told of it: by a file of metadata, or field by field. */
export const SamlFields = ({ settings, expected }: SamlFieldsProps) => {
  const { provider, entityId, acsUrl, metadataUrl } = settings;
  const saml = provider?.kind === "saml" ? provider : undefined;
  const fileId = useId();
  const [filled, setFilled] = useState({
    entityId: saml?.entityId ?? "",
    signInUrl: saml?.signInUrl ?? "",
    certificates: saml?.certificates.join("\n") ?? "",
  });
  const [unreadable, setUnreadable] = useState(false);
  const read = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    const found = readSamlMetadata(await file.text());
    setUnreadable(found === undefined);
    if (found) setFilled(found);
  };
  const wrong = [0, 1, 2, 3, 4].map((index) => expected(`certificates.${index}`)).find((text) => text !== undefined);
  return (
    <>
      <p className="text-sm text-muted">
        Register Topolo at your provider with these values, or with{" "}
        <a href={metadataUrl} className="font-medium text-accent-strong underline underline-offset-2">
          its metadata file
        </a>
        .
      </p>
      <CopiedValue label="entity id" value={entityId} />
      <CopiedValue label="assertion consumer service (ACS) address" value={acsUrl} />
      <div>
        <label htmlFor={fileId} className="mb-1 block text-sm font-medium text-muted">
          Your provider&apos;s metadata file
        </label>
        <input
          id={fileId}
          type="file"
          accept=".xml,application/xml,text/xml,application/samlmetadata+xml"
          className="w-full text-sm text-muted file:mr-3 file:rounded-lg file:border file:border-line file:bg-surface file:px-3 file:py-1.5 file:font-medium file:text-ink"
          onChange={({ currentTarget }) => void read(currentTarget.files?.[0])}
        />
        <p className="mt-1 text-sm text-muted">It fills the fields below and is not kept.</p>
      </div>
      {unreadable && (
        <div role="alert">
          <Notice tone="bad">
            This is no metadata of a SAML provider that takes redirects. Fill the fields in by hand.
          </Notice>
        </div>
      )}
      <FormField
        label="Provider's entity id"
        name="entityId"
        autoComplete="off"
        required
        maxLength={1_000}
        value={filled.entityId}
        onChange={({ currentTarget }) => setFilled({ ...filled, entityId: currentTarget.value })}
        expected={expected("entityId")}
      />
      <FormField
        label="Sign-in address"
        name="signInUrl"
        type="url"
        required
        maxLength={1_000}
        value={filled.signInUrl}
        onChange={({ currentTarget }) => setFilled({ ...filled, signInUrl: currentTarget.value })}
        hint="Where requests are sent, by HTTP-Redirect."
        expected={expected("signInUrl")}
      />
      <TextAreaField
        label="Certificates"
        name="certificates"
        required
        value={filled.certificates}
        onChange={({ currentTarget }) => setFilled({ ...filled, certificates: currentTarget.value })}
        placeholder="-----BEGIN CERTIFICATE-----"
        hint="Of the provider's signatures, in PEM form; up to five, so that keys can change."
        expected={wrong ?? expected("certificates")}
      />
    </>
  );
};
