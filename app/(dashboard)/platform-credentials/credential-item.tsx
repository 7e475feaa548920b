"use client";

import { ChevronRight } from "lucide-react";
import { useId, useState } from "react";
import type { KeyVendor, ManagedCredential } from "../../_data/answers.ts";
import { Badge } from "../../_ui/badge.tsx";
import { classNames } from "../../_ui/class-names.ts";
import { CopyButton } from "../../_ui/copy-button.tsx";
import { TimeAgo } from "../../_ui/time.tsx";
import { TestBadge, TestSentence } from "../credential-test.tsx";
import { CredentialButtons } from "./credential-buttons.tsx";
import type { CredentialOwner } from "./credential-owner.ts";

const Facts = ({
  credential,
  storedBy,
}: {
  readonly credential: ManagedCredential;
  readonly storedBy: string | undefined;
}) => {
  const { id, baseUrl, fingerprint, version, createdAt, rotatedAt, lastUsedAt, lastTest } = credential;
  const facts = [
    [
      "Identifier",
      <span key="id" className="flex items-center gap-1 font-mono text-xs break-all">
        {id}
        <CopyButton text={id} label="Copy the identifier" />
      </span>,
    ],
    [
      "Address",
      <span key="address" className="font-mono text-xs break-all">
        {baseUrl}
      </span>,
    ],
    [
      "Fingerprint",
      <span key="fingerprint" className="font-mono text-xs break-all">
        {fingerprint}
      </span>,
    ],
    [
      "Stored",
      <span key="stored">
        <TimeAgo at={rotatedAt ?? createdAt} />
        {storedBy === undefined ? (
          " by the installation"
        ) : (
          <>
            {" "}
            by <bdi>{storedBy}</bdi>
          </>
        )}
        , version {version}
      </span>,
    ],
    ["Used", lastUsedAt === null ? "never" : <TimeAgo key="used" at={lastUsedAt} />],
    ["Last test", lastTest === null ? "none of this secret" : <TestSentence key="test" test={lastTest} />],
  ] as const;
  return (
    <dl className="grid gap-x-6 gap-y-1.5 text-sm sm:grid-cols-[7rem_minmax(0,1fr)]">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="mb-1.5 min-w-0 sm:mb-0">{value}</dd>
        </div>
      ))}
    </dl>
  );
};

interface CredentialItemProps {
  readonly owner: CredentialOwner;
  readonly credential: ManagedCredential;
  /** Undefined where this version knows the vendor no more. */
  readonly vendor: KeyVendor | undefined;
  readonly storedBy: string | undefined;
}

/** A vendor's credential: closed while it is in use, open where it is not. Its name is the vendor's, and nobody's to change. */
export const CredentialItem = ({ owner, credential, vendor, storedBy }: CredentialItemProps) => {
  const { status, sealed, lastTest } = credential;
  const [open, setOpen] = useState(status !== "active");
  const id = useId();
  const Heading = owner === "platform" ? "h3" : "h4";
  const name = vendor?.name ?? credential.vendor;
  return (
    <li className="border-t border-line">
      <Heading>
        <button
          type="button"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
          className={classNames(
            "flex min-h-12 w-full flex-wrap items-center gap-x-3 gap-y-1 py-2 text-left -outline-offset-2 hover:bg-raised",
            owner === "platform" ? "px-5" : "rounded-lg px-2",
          )}
        >
          <ChevronRight
            className={classNames("size-4 shrink-0 text-muted transition-transform", open && "rotate-90")}
          />
          <span className="font-medium">{name}</span>
          <Badge tone={status === "active" ? "good" : "warn"}>{status === "active" ? "in use" : "disabled"}</Badge>
          {sealed && <Badge tone="bad">cannot be decrypted</Badge>}
          <TestBadge test={lastTest} />
        </button>
      </Heading>
      <div id={id} hidden={!open} className={owner === "platform" ? "px-5 pb-4 sm:pl-12" : "px-2 pb-4 sm:pl-9"}>
        {open && (
          <>
            <Facts credential={credential} storedBy={storedBy} />
            <CredentialButtons owner={owner} credential={credential} vendor={vendor} name={name} />
          </>
        )}
      </div>
    </li>
  );
};
