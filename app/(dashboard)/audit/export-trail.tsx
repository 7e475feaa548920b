"use client";

import { exportFormats, useSaveExport } from "../../_data/use-save-export.ts";
import { useMinute } from "../../_data/use-minute.ts";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { useSession } from "../../_session/session-provider.tsx";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import { sinceOf } from "../time-range.ts";
import { authQueryOf, nexusFilterOf, type AuditChoice } from "./audit-choice.ts";

/** Every change that the filters leave, as files: each log is one. */
export const ExportTrail = ({ choice }: { readonly choice: AuditChoice }) => {
  const { session, authUrl } = useSession();
  const { busy, refusal, save } = useSaveExport();
  const { from } = sinceOf(choice.range, useMinute());
  const nexus = `/api/audit/export?${new URLSearchParams(nexusFilterOf(choice, from))}`;
  const auth = `${authUrl}/api/audit-events/export?${authQueryOf(choice, from, session?.organization?.id ?? "")}`;
  const files = [
    { log: "nexus", label: "Nexus", address: nexus },
    { log: "auth", label: "People and sign-in", address: auth },
  ] as const;
  return (
    <Card title="Export" className="mt-6">
      <p className="mb-4 text-sm text-pretty text-muted">
        Every change that the filters leave, oldest first. Programs read the same from{" "}
        <code className="font-mono text-ink wrap-anywhere">GET /api/audit/export</code> and, at Topolo Auth,{" "}
        <code className="font-mono text-ink wrap-anywhere">GET /api/audit-events/export</code>.
      </p>
      <RefusalNotice refusal={refusal} />
      <dl className="space-y-3">
        {files
          .filter(({ log }) => choice.log === undefined || choice.log === log)
          .map(({ log, label, address }) => (
            <div key={log} className="flex flex-wrap items-center gap-x-4 gap-y-2">
              <dt className="min-w-40 font-medium">{label}</dt>
              <dd className="flex flex-wrap gap-2">
                {exportFormats.map(({ format, label: kind }) => (
                  <Button
                    key={format}
                    disabled={busy}
                    onClick={() => save(`${address}&format=${format}`, `audit-${log}.${format}`)}
                  >
                    <span className="sr-only">{label} as </span>
                    {kind}
                  </Button>
                ))}
              </dd>
            </div>
          ))}
      </dl>
      {busy && <output className="mt-3 block text-sm text-muted">Writing the file…</output>}
    </Card>
  );
};
