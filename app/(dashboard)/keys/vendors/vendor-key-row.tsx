"use client";

import { withMaxAttempts } from "@topolo/nexus-client";
import { useState } from "react";
import type { KeyVendor, VendorKey } from "../../../_data/answers.ts";
import { useChangeAtNexus } from "../../../_data/use-change-at-nexus.ts";
import { RefusalNotice } from "../../../_forms/refusal-notice.tsx";
import { useSubmit } from "../../../_forms/use-submit.ts";
import { Badge } from "../../../_ui/badge.tsx";
import { Button } from "../../../_ui/button.tsx";
import { TimeAgo } from "../../../_ui/time.tsx";
import { showToast } from "../../../_ui/toast.ts";
import { TestBadge, TestSentence } from "../../credential-test.tsx";
import { ConfirmRemoval } from "../../security/user/_parts/confirm-removal.tsx";
import { whenOpened } from "../../../_ui/when-opened.tsx";

const VendorKeyDialog = whenOpened(() => import("./vendor-key-dialog.tsx").then((module) => module.VendorKeyDialog));

const State = ({ vendorKey: { primary, status, sealed, lastTest } }: { readonly vendorKey: VendorKey }) => (
  <>
    {primary && <Badge tone="good">in use</Badge>}
    {status === "disabled" && <Badge tone="warn">disabled</Badge>}
    {sealed && <Badge tone="bad">cannot be decrypted</Badge>}
    <TestBadge test={lastTest} />
  </>
);

const Times = ({ vendorKey: { createdAt, rotatedAt, lastUsedAt, lastTest } }: { readonly vendorKey: VendorKey }) => (
  <p className="text-sm text-muted">
    Added <TimeAgo at={createdAt} />
    {rotatedAt !== null && (
      <>
        {" "}
        · replaced <TimeAgo at={rotatedAt} />
      </>
    )}{" "}
    ·{" "}
    {lastUsedAt === null ? (
      "never used"
    ) : (
      <>
        used <TimeAgo at={lastUsedAt} />
      </>
    )}
    {lastTest && (
      <span className="block">
        <TestSentence test={lastTest} />
      </span>
    )}
  </p>
);

interface ActionsProps {
  readonly vendorKey: VendorKey;
  readonly vendor: KeyVendor | undefined;
  readonly vendorName: string;
  readonly onChanged: () => void;
}

const Actions = ({
  vendorKey: { id, label, primary, status, baseUrl },
  vendor,
  vendorName,
  onChanged,
}: ActionsProps) => {
  const change = useChangeAtNexus();
  const { busy, refusal, run } = useSubmit();
  const [open, setOpen] = useState<"replace" | "delete">();
  const active = status === "active";
  const named = `${label} of ${vendorName}`;
  const then = (work: Parameters<typeof change>[0]): void =>
    run(async () => {
      await change(work);
      onChanged();
    });
  return (
    <>
      <div className="-ml-3.5 flex flex-wrap gap-1 sm:ml-0">
        {active && !primary && (
          <Button
            look="quiet"
            disabled={busy}
            aria-label={`Use ${named}`}
            onClick={() => then((nexus) => nexus.keys.setPrimary.mutate({ id }))}
          >
            Use this one
          </Button>
        )}
        {vendor && (
          <Button
            look="quiet"
            disabled={busy}
            aria-label={`Test this key: ${named}`}
            title={
              vendor.test === null
                ? `${vendorName} can be asked nothing that is free`
                : `Asks ${vendorName}: ${vendor.test}`
            }
            onClick={() =>
              run(async () => {
                const { lastTest } = await change((nexus) => nexus.keys.test.mutate({ id }, withMaxAttempts(1)));
                if (lastTest) showToast({ title: lastTest.message });
              })
            }
          >
            Test this key
          </Button>
        )}
        {vendor && (
          <Button look="quiet" disabled={busy} aria-label={`Replace ${named}`} onClick={() => setOpen("replace")}>
            Replace
          </Button>
        )}
        <Button
          look="quiet"
          disabled={busy}
          aria-label={`${active ? "Disable" : "Enable"} ${named}`}
          onClick={() => then((nexus) => nexus.keys.setStatus.mutate({ id, status: active ? "disabled" : "active" }))}
        >
          {active ? "Disable" : "Enable"}
        </Button>
        <Button look="quiet" disabled={busy} aria-label={`Delete ${named}`} onClick={() => setOpen("delete")}>
          Delete
        </Button>
      </div>
      {refusal && (
        <div className="basis-full">
          <RefusalNotice refusal={refusal} />
        </div>
      )}
      {open === "replace" && vendor && (
        <VendorKeyDialog
          vendors={[vendor]}
          replaces={{ id, label, baseUrl }}
          onClose={() => setOpen(undefined)}
          onSaved={() => {
            setOpen(undefined);
            onChanged();
          }}
        />
      )}
      {open === "delete" && (
        <ConfirmRemoval
          title={`Delete ${label}?`}
          description={`Calls to ${vendorName} no longer use this key, and its secret is gone. Another active key of yours takes its place; without one, the organization's other credentials pay, where there are any.`}
          action="Delete"
          onClose={() => setOpen(undefined)}
          remove={async () => {
            await change((nexus) => nexus.keys.delete.mutate({ id }));
            onChanged();
          }}
        />
      )}
    </>
  );
};

interface VendorKeyRowProps extends ActionsProps {
  readonly mayManage: boolean;
}

/** One key at a vendor: whether it is in use, since when, and what can be done with it. Its secret is nowhere. */
export const VendorKeyRow = ({ mayManage, ...rest }: VendorKeyRowProps) => {
  const { vendorKey, vendor, vendorName } = rest;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line py-3 first:border-t-0">
      <div className="min-w-0 grow basis-64 space-y-1">
        <p className="flex flex-wrap items-center gap-2 font-medium wrap-anywhere">
          <span>
            {vendorName}: <bdi>{vendorKey.label}</bdi>
          </span>
          <State vendorKey={vendorKey} />
        </p>
        <p className="font-mono text-xs break-all text-muted">
          fingerprint {vendorKey.fingerprint}
          {vendor && vendor.addresses.length + Number(vendor.customBaseUrl) > 1 && ` · ${vendorKey.baseUrl}`}
        </p>
        <Times vendorKey={vendorKey} />
      </div>
      {mayManage && <Actions {...rest} />}
    </li>
  );
};
