"use client";

import { CircleCheck, CircleMinus, CircleX, TriangleAlert } from "lucide-react";
import { Badge } from "../../_ui/badge.tsx";
import { BarChart } from "../../_ui/bar-chart.tsx";
import { Card } from "../../_ui/card.tsx";
import { exactMoney, formatMoney } from "../../_ui/format-money.ts";
import { FullTime, TimeAgo } from "../../_ui/time.tsx";
import { Fact, Id, ruled } from "../facts.tsx";
import { attentionOf } from "./attention.ts";
import type { SeenSystem, SystemAnswer } from "./use-system.ts";

const count = new Intl.NumberFormat("en-US");

const Mark = ({ state }: { readonly state: "ok" | "bad" | "none" }) => {
  if (state === "ok") return <CircleCheck aria-label="well" className="mt-0.5 size-4 shrink-0 text-good" />;
  if (state === "bad") return <CircleX aria-label="not well" className="mt-0.5 size-4 shrink-0 text-bad" />;
  return <CircleMinus aria-label="nothing to look at" className="mt-0.5 size-4 shrink-0 text-muted" />;
};

interface LineProps {
  readonly state: "ok" | "bad" | "none";
  readonly name: string;
  readonly note: string;
}

const Line = ({ state, name, note }: LineProps) => (
  <li className="flex gap-3 py-2">
    <Mark state={state} />
    <div className="min-w-0">
      <p className="font-medium first-letter:uppercase">{name}</p>
      <p className="text-sm wrap-anywhere text-muted">{note}</p>
    </div>
  </li>
);

const Summary = ({ system }: { readonly system: SystemAnswer }) => {
  const attention = attentionOf(system);
  if (attention.length === 0)
    return (
      <p className="flex items-center gap-3 rounded-xl bg-good-soft px-5 py-4 font-medium text-good">
        <CircleCheck aria-hidden="true" className="size-5 shrink-0" />
        Everything is well.
      </p>
    );
  return (
    <Card title={attention.length === 1 ? "One thing needs attention" : `${attention.length} things need attention`}>
      <ul className={ruled}>
        {attention.map(({ name, note, todo }) => (
          <li key={`${name} ${note}`} className="flex gap-3 py-2.5">
            <TriangleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-warn" />
            <div className="min-w-0">
              <p className="wrap-anywhere">
                <span className="font-medium first-letter:uppercase">{name}</span>: {note}
              </p>
              <p className="text-sm wrap-anywhere text-muted">{todo}</p>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
};

const Versions = ({ system: { versions, migrations } }: { readonly system: SystemAnswer }) => (
  <Card title="Versions">
    <dl className={ruled}>
      <Fact name="Topolo Nexus">{versions.release}</Fact>
      <Fact name="Node.js">{versions.node}</Fact>
      <Fact name="PostgreSQL">{versions.postgres}</Fact>
      <Fact name="Migrations">
        {count.format(migrations.applied)} applied
        {migrations.pending.length > 0 && <Badge tone="bad">{migrations.pending.length} pending</Badge>}
      </Fact>
      {migrations.last !== null && (
        <Fact name="The last one">
          <span className="font-mono text-sm break-all">{migrations.last}</span>
        </Fact>
      )}
      {migrations.pending.map((name) => (
        <Fact key={name} name="Pending">
          <span className="font-mono text-sm break-all">{name}</span>
        </Fact>
      ))}
    </dl>
  </Card>
);

const Processes = ({ system: { processes, tasks } }: { readonly system: SystemAnswer }) => (
  <Card title="Processes">
    <ul className={ruled}>
      {processes.map(({ id, answered, startedAt, heardMs }) => (
        <li key={id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-2">
          <span className="flex min-w-0 items-center gap-1">
            <Id id={id} label="the id of the process" />
            {answered && <Badge tone="accent">answered this</Badge>}
          </span>
          <span className="text-sm text-muted">
            since <TimeAgo at={startedAt} />, heard {Math.round(heardMs / 1_000)} s ago
          </span>
        </li>
      ))}
    </ul>
    <h3 className="mt-4 text-sm font-medium text-muted">What one of them does for all</h3>
    <dl className={ruled}>
      {tasks.map(({ name, doneAt }) => (
        <Fact key={name} name={name}>
          <TimeAgo at={doneAt} />
        </Fact>
      ))}
    </dl>
  </Card>
);

const Queues = ({ seen: { system, waiting } }: { readonly seen: SeenSystem }) => {
  const now = waiting.at(-1)?.count ?? 0;
  return (
    <Card title="Queues">
      <table className="w-full text-left text-sm">
        <caption className="sr-only">What waits</caption>
        <thead className="text-muted">
          <tr>
            <th scope="col" className="py-1.5 font-medium">
              Of
            </th>
            <th scope="col" className="py-1.5 pl-3 text-right font-medium">
              Waiting
            </th>
            <th scope="col" className="hidden py-1.5 pl-3 text-right font-medium sm:table-cell">
              For later
            </th>
            <th scope="col" className="py-1.5 pl-3 text-right font-medium">
              Oldest
            </th>
            <th scope="col" className="py-1.5 pl-3 text-right font-medium">
              Failed
            </th>
          </tr>
        </thead>
        <tbody className="tabular-nums">
          {system.queues.map(({ name, waiting: due, later, oldestSince, failed }) => (
            <tr key={name} className="border-t border-line">
              <th scope="row" className="py-1.5 font-normal">
                {name}
              </th>
              <td className="py-1.5 pl-3 text-right">{count.format(due)}</td>
              <td className="hidden py-1.5 pl-3 text-right sm:table-cell">
                {later >= 10_000 ? "10,000 or more" : count.format(later)}
              </td>
              <td className="py-1.5 pl-3 text-right">
                {oldestSince === null ? <span className="text-muted">–</span> : <TimeAgo at={oldestSince} />}
              </td>
              <td className="py-1.5 pl-3 text-right">{count.format(failed)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="mt-4 h-40">
        <BarChart
          caption="What waited since this page was opened"
          columns={["Moment", "Waiting"]}
          total={{ label: "Waiting, since this page was opened", shown: count.format(now) }}
          bars={waiting.map(({ at, count: waited }) => ({
            key: at,
            label: new Date(at).toLocaleTimeString("en-GB"),
            value: waited,
            shown: count.format(waited),
          }))}
        />
      </div>
    </Card>
  );
};

const placeOf = ({ vendor, model }: SystemAnswer["circuits"][number]): string =>
  model === null ? vendor : `${vendor}/${model}`;

const Circuits = ({ circuits }: Pick<SystemAnswer, "circuits">) => (
  <Card title="Circuits">
    {circuits.length === 0 ? (
      <p className="text-muted">All closed: calls keep away from no vendor, key or model.</p>
    ) : (
      <ul className={ruled}>
        {circuits.map((circuit) => {
          const { state, scope, vendor, model, credentialId, words, since, retryAt } = circuit;
          return (
            <li key={`${scope} ${vendor} ${model} ${credentialId} ${since}`} className="py-2">
              <p className="flex flex-wrap items-center gap-2">
                <bdi className="font-medium wrap-anywhere">{placeOf(circuit)}</bdi>
                <Badge tone={state === "open" ? "bad" : "warn"}>{state === "open" ? "open" : "half open"}</Badge>
              </p>
              <p className="text-sm wrap-anywhere text-muted">
                {words}; opened <TimeAgo at={since} />;{" "}
                {retryAt === null ? (
                  "the next call tries it again"
                ) : (
                  <>
                    tried again at <FullTime at={retryAt} />
                  </>
                )}
              </p>
              {credentialId !== null && (
                <p className="flex items-center gap-1 text-sm">
                  <Id id={credentialId} label="the id of the credential" />
                </p>
              )}
            </li>
          );
        })}
      </ul>
    )}
    <p className="mt-3 text-sm text-muted">
      Each process has its own; these are of the one that answered. They close by themselves: at the next answer, or
      with a new secret.
    </p>
  </Card>
);

const Uncertain = ({ uncertain }: Pick<SystemAnswer, "uncertain">) => (
  <Card title="Uncertain operations">
    {uncertain.length === 0 ? (
      <p className="text-muted">None: of every operation it is known what became of it.</p>
    ) : (
      <dl className={ruled}>
        {uncertain.map(({ vendor, count: open, heldNanos }) => (
          <Fact key={vendor} name={vendor}>
            <span className="tabular-nums" title={exactMoney(heldNanos)}>
              {count.format(open)}, {formatMoney(heldNanos)} held
            </span>
          </Fact>
        ))}
      </dl>
    )}
  </Card>
);

const Memory = ({ system: { snapshots, revocationFeed } }: { readonly system: SystemAnswer }) => (
  <Card title="In memory">
    <dl className={ruled}>
      {snapshots.map(({ name, loadedAt }) => (
        <Fact key={name} name={name}>
          read <TimeAgo at={loadedAt} />
        </Fact>
      ))}
      <Fact name="Revocations, told by Topolo Auth">
        {revocationFeed === null ? (
          "every call asks Auth"
        ) : (
          <>
            {revocationFeed.fresh ? "current" : <Badge tone="warn">silent: every call asks Auth</Badge>}
            <span className="text-muted">
              {revocationFeed.ageMs === null ? "not heard yet" : `${count.format(revocationFeed.ageMs)} ms`},{" "}
              {count.format(revocationFeed.interruptions)} interruptions
            </span>
          </>
        )}
      </Fact>
    </dl>
    <p className="mt-3 text-sm text-muted">Read again as soon as it changes: a high age means that nothing did.</p>
  </Card>
);

/** Everything that was seen, the most urgent first. */
export const SystemParts = ({ seen }: { readonly seen: SeenSystem }) => {
  const { system } = seen;
  return (
    <div className="grid items-start gap-6 lg:grid-cols-2">
      <div className="lg:col-span-2">
        <Summary system={system} />
      </div>
      <Card title="Health">
        <ul className={ruled}>
          {system.checks.map(({ name, ok, note }) => (
            <Line key={name} state={ok ? "ok" : "bad"} name={name} note={note} />
          ))}
        </ul>
      </Card>
      <div className="space-y-6">
        <Queues seen={seen} />
        <Circuits circuits={system.circuits} />
        <Uncertain uncertain={system.uncertain} />
      </div>
      <Card title="Installation">
        <ul className={ruled}>
          {system.findings.map(({ state, name, note }) => (
            <Line key={`${name} ${note}`} state={state} name={name} note={note} />
          ))}
        </ul>
        <p className="mt-3 text-sm text-muted">
          What <code className="font-mono text-ink">nexus doctor</code> says of what a gateway can see; at the command
          line it looks at the host, too.
        </p>
      </Card>
      <div className="space-y-6">
        <Processes system={system} />
        <Versions system={system} />
        <Memory system={system} />
      </div>
    </div>
  );
};
