"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import { useEffect, useState } from "react";
import type { KeyVendor } from "../../_data/answers.ts";
import { useAnswer } from "../../_data/use-answer.ts";
import { Notice } from "../../_forms/notice.tsx";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import { whenOpened } from "../../_ui/when-opened.tsx";
import { AllowList } from "./allow-list.tsx";
import { FallbackChains } from "./fallback-chains.tsx";
import { changesOf, draftOf, type EditedRouting, type ShownPreferences } from "./routing-changes.ts";
import { RouteTester } from "./route-tester.tsx";
import { VendorRanking } from "./vendor-ranking.tsx";
import { WhoPays } from "./who-pays.tsx";

const SaveBar = whenOpened(() => import("./save-bar.tsx").then((module) => module.SaveBar));

interface RoutingFormProps {
  /** What the changes are based on. */
  readonly stored: ShownPreferences;
  /** What is stored by now: somebody else's, perhaps. */
  readonly newest: ShownPreferences;
  readonly vendors: readonly KeyVendor[];
  readonly mayManage: boolean;
  readonly onStored: (stored: ShownPreferences) => void;
  /** Asks for what is stored by now. */
  readonly onRefused: () => void;
}

/** Nobody leaves changes behind unasked. */
const useAskBeforeLeaving = (isDirty: boolean): void => {
  useEffect(() => {
    if (!isDirty) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isDirty]);
};

export const RoutingForm = ({ stored, newest, vendors, mayManage, onStored, onRefused }: RoutingFormProps) => {
  const before = draftOf(stored);
  const [draft, setDraft] = useState<EditedRouting>(before);
  const listed = useAnswer(useNexus().ai.models.queryOptions({})).data?.models;
  const models = listed?.map(({ id }) => id) ?? [];
  const nameOf = (id: string): string => vendors.find((vendor) => vendor.id === id)?.name ?? id;
  const changes = changesOf(before, draft, nameOf);
  useAskBeforeLeaving(changes.length > 0);
  const change = (more: Partial<EditedRouting>): void => setDraft({ ...draft, ...more });
  const part = { draft, readOnly: !mayManage, onChange: change };
  return (
    <div className="space-y-6">
      {newest.revision > stored.revision && (
        <div className="flex flex-wrap items-center gap-3">
          <Notice tone="warn">
            Somebody has changed the preferences meanwhile; yours cannot be saved over theirs.
          </Notice>
          <Button onClick={() => onStored(newest)}>Begin anew with theirs</Button>
        </div>
      )}
      {!mayManage && (
        <p className="rounded-xl bg-raised px-5 py-4">
          You see how calls are routed. Administrators of the organization can change it.
        </p>
      )}
      <div className="grid gap-6 lg:grid-cols-2">
        <Card title="Vendors, best first">
          <VendorRanking {...part} vendors={vendors} nameOf={nameOf} />
        </Card>
        <Card title="Where a model fails">
          <FallbackChains {...part} models={models} />
        </Card>
        <Card title="Models that may be called">
          <AllowList {...part} models={models} />
        </Card>
        <Card title="Who pays, and for whom">
          <WhoPays {...part} consent={stored.byokConsent} />
        </Card>
      </div>
      {mayManage && changes.length > 0 && (
        <SaveBar
          stored={stored}
          draft={draft}
          changes={changes}
          onDiscard={() => setDraft(before)}
          onStored={onStored}
          onRefused={onRefused}
        />
      )}
      <Card title="Why this route?">
        <RouteTester stored={before} draft={draft} models={listed ?? []} nameOf={nameOf} />
      </Card>
    </div>
  );
};
