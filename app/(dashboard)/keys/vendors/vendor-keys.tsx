"use client";

import { outranks } from "@topolo/auth-client";
import { useNexus } from "@topolo/nexus-client/react-query";
import { useState } from "react";
import { bothOf, useAnswer } from "../../../_data/use-answer.ts";
import { useSession } from "../../../_session/session-provider.tsx";
import { Button } from "../../../_ui/button.tsx";
import { Card } from "../../../_ui/card.tsx";
import { FailureNotice } from "../../../_ui/failure-notice.tsx";
import { SkeletonRows } from "../../../_ui/skeleton.tsx";
import { PageTitle } from "../../page-title.tsx";
import { KindsOfKeys } from "../kinds-of-keys.tsx";
import { VendorKeyRow } from "./vendor-key-row.tsx";
import { whenOpened } from "../../../_ui/when-opened.tsx";

const VendorKeyDialog = whenOpened(() => import("./vendor-key-dialog.tsx").then((module) => module.VendorKeyDialog));

const everyMs = 60_000;
const nothingYet = [{ keys: [] }, { vendors: [] }] as const;

const List = ({ mayManage }: { readonly mayManage: boolean }) => {
  const nexus = useNexus();
  const often = { refetchInterval: everyMs };
  const { data, failure, retry } = bothOf(
    useAnswer(nexus.keys.list.queryOptions({}, often)),
    useAnswer(nexus.keys.vendors.queryOptions({}, often)),
  );
  const [adding, setAdding] = useState(false);
  const [{ keys }, { vendors }] = data ?? nothingYet;
  const nameOf = (id: string): string => vendors.find((vendor) => vendor.id === id)?.name ?? id;
  return (
    <Card
      title="Vendor keys of the organization"
      aside={
        mayManage && data ? (
          <Button look="primary" onClick={() => setAdding(true)}>
            Add a key
          </Button>
        ) : undefined
      }
    >
      <p className="mb-2 text-sm text-pretty text-muted">
        Calls to a vendor for which there is a key here are paid by your own account there. A key is kept encrypted and
        never shown again, not even to you.
      </p>
      {failure && <FailureNotice title="Vendor keys could not be loaded" failure={failure} onRetry={retry} />}
      {!data && !failure && <SkeletonRows rows={3} label="Loading vendor keys" />}
      {data && keys.length === 0 && (
        <p className="py-3">
          {mayManage
            ? "There is no key yet. Add one of your account at a vendor."
            : "There is no key yet. An administrator of the organization can add one."}
        </p>
      )}
      {keys.length > 0 && (
        <ul aria-label="Vendor keys">
          {keys.map((key) => (
            <VendorKeyRow
              key={key.id}
              vendorKey={key}
              vendor={vendors.find(({ id }) => id === key.vendor)}
              vendorName={nameOf(key.vendor)}
              mayManage={mayManage}
              onChanged={retry}
            />
          ))}
        </ul>
      )}
      {adding && data && (
        <VendorKeyDialog
          vendors={vendors}
          onClose={() => setAdding(false)}
          onSaved={() => {
            setAdding(false);
            retry();
          }}
        />
      )}
    </Card>
  );
};

/** The keys with which the organization pays vendors itself. */
export const VendorKeys = () => {
  const { session } = useSession();
  const organization = session?.organization;
  return (
    <>
      <PageTitle title="Keys">
        <p className="text-muted">
          <bdi>{organization?.name}</bdi>
        </p>
      </PageTitle>
      <KindsOfKeys />
      {organization && <List key={organization.id} mayManage={outranks(session.role, "member")} />}
    </>
  );
};
