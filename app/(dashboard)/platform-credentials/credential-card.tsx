"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import { useState, type ReactNode } from "react";
import type { KeyVendor, ManagedCredential } from "../../_data/answers.ts";
import { bothOf, useAnswer, type LiveAnswer } from "../../_data/use-answer.ts";
import { useNames } from "../../_data/use-names.ts";
import { Button } from "../../_ui/button.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { showToast } from "../../_ui/toast.ts";
import { whenOpened } from "../../_ui/when-opened.tsx";
import type { CredentialOwner } from "./credential-owner.ts";
import { CredentialItem } from "./credential-item.tsx";

const CredentialDialog = whenOpened(() => import("./credential-dialog.tsx").then((module) => module.CredentialDialog));

interface CredentialCardProps {
  readonly title: string;
  readonly owner: CredentialOwner;
  readonly answer: LiveAnswer<{ readonly credentials: readonly ManagedCredential[] }>;
  readonly empty: string;
  readonly children: ReactNode;
}

/** An owner's credentials by vendor, one a vendor at most, and a way to store one for a vendor that has none. */
export const CredentialCard = ({ title, owner, answer, empty, children }: CredentialCardProps) => {
  const listed = useAnswer(useNexus().keys.vendors.queryOptions({}));
  const { data, failure, retry } = bothOf(answer, listed);
  const names = useNames();
  const [storing, setStoring] = useState(false);
  const [stored, vendors] = data === undefined ? [[], []] : [data[0].credentials, data[1].vendors];
  const vendorOf = (id: string): KeyVendor | undefined => vendors.find((vendor) => vendor.id === id);
  const nameOf = ({ vendor }: ManagedCredential): string => vendorOf(vendor)?.name ?? vendor;
  const credentials = stored.toSorted((one, other) => nameOf(one).localeCompare(nameOf(other), "en"));
  const Heading = owner === "platform" ? "h2" : "h3";
  const having = new Set(credentials.map(({ vendor }) => vendor));
  const missing = vendors.filter(({ id }) => !having.has(id));
  return (
    <section
      aria-label={title}
      className={owner === "platform" ? "rounded-xl border border-line bg-surface shadow-card" : ""}
    >
      <header className={owner === "platform" ? "px-5 pt-4" : ""}>
        <div className="flex flex-wrap items-center justify-between gap-2">
          <Heading className="font-semibold">{title}</Heading>
          {missing.length > 0 && (
            <Button look="primary" onClick={() => setStoring(true)}>
              Store a credential
            </Button>
          )}
        </div>
        <p className="mt-1 mb-2 text-sm text-pretty text-muted">{children}</p>
      </header>
      {failure && <FailureNotice title="The credentials could not be loaded" failure={failure} onRetry={retry} />}
      {!data && !failure && <SkeletonRows rows={4} label="Loading credentials" />}
      {data && credentials.length === 0 && <p className={owner === "platform" ? "px-5 pb-5" : "py-3"}>{empty}</p>}
      {credentials.length > 0 && (
        <ul aria-label={title}>
          {credentials.map((credential) => (
            <CredentialItem
              key={credential.id}
              owner={owner}
              credential={credential}
              vendor={vendorOf(credential.vendor)}
              storedBy={credential.storedBy === null ? undefined : names.actor(credential.storedBy)}
            />
          ))}
        </ul>
      )}
      {storing && (
        <CredentialDialog
          owner={owner}
          vendors={missing}
          onClose={() => setStoring(false)}
          onSaved={(name) => {
            setStoring(false);
            showToast({ title: `The credential for ${name} is stored`, description: "Test it before calls use it." });
          }}
        />
      )}
    </section>
  );
};
