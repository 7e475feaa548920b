"use client";

import { Button } from "../../_ui/button.tsx";
import { FullTime } from "../../_ui/time.tsx";
import { Fact, Id, Part, ruled } from "../facts.tsx";
import type { AuditChoice } from "./audit-choice.ts";
import { changedFields } from "./changed-fields.ts";
import { actorWords, type TrailEvent } from "./trail-event.ts";
import { logWords, OutcomeBadge } from "./trail-table.tsx";

interface NamedProps {
  readonly what: string;
  readonly id: string;
  readonly name: string | undefined;
}

const Named = ({ what, id, name }: NamedProps) => (
  <Fact name={what}>
    {name !== undefined && name !== id && <bdi className="mr-2">{name}</bdi>}
    <Id id={id} label={`the id: ${what.toLowerCase()}`} />
  </Fact>
);

const Details = ({ details }: Pick<TrailEvent, "details">) => {
  const { changed, facts } = changedFields(details);
  return (
    <>
      {changed.length > 0 && (
        <Part title="What changed">
          <table className="w-full text-left text-sm">
            <thead className="text-muted">
              <tr>
                <th scope="col" className="py-1.5 pr-3 font-medium">
                  Field
                </th>
                <th scope="col" className="py-1.5 pr-3 font-medium">
                  Before
                </th>
                <th scope="col" className="py-1.5 font-medium">
                  After
                </th>
              </tr>
            </thead>
            <tbody>
              {changed.map(({ name, before, after }) => (
                <tr key={name} className="border-t border-line align-top">
                  <th scope="row" className="py-1.5 pr-3 font-normal">
                    {name}
                  </th>
                  <td className="py-1.5 pr-3 wrap-anywhere text-muted">{before ?? "–"}</td>
                  <td className="py-1.5 font-medium wrap-anywhere">{after ?? "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Part>
      )}
      {facts.length > 0 && (
        <Part title="Details">
          <dl className={ruled}>
            {facts.map(([name, value]) => (
              <Fact key={name} name={name}>
                <span className="wrap-anywhere">{value}</span>
              </Fact>
            ))}
          </dl>
        </Part>
      )}
    </>
  );
};

interface TrailFactsProps {
  readonly event: TrailEvent;
  /** Shows other changes, by one filter alone. */
  readonly onFilter: (choice: AuditChoice) => void;
}

/** Everything that is known of one change. */
export const TrailFacts = ({ event, onFilter }: TrailFactsProps) => {
  const { actor, person, organization, app, target } = event;
  return (
    <>
      <p className="text-lg font-semibold wrap-anywhere">
        <bdi>{actorWords(event)}</bdi> {event.words} <OutcomeBadge event={event} />
      </p>
      <dl className={`mt-4 ${ruled}`}>
        <Fact name="When">
          <FullTime at={event.at} />
        </Fact>
        {actor.id !== undefined && <Named what="Who" id={actor.id} name={actorWords(event)} />}
        {person && <Named what="For" {...person} />}
        {target && <Named what="To" {...target} />}
        {app && <Named what="By the app" {...app} />}
        {organization && <Named what="Organization" {...organization} />}
        <Fact name="What">
          <span className="font-mono text-sm break-all">{event.action}</span>
        </Fact>
        <Fact name="Where">
          {logWords[event.log]}
          {event.door !== undefined && ` (${event.door})`}
        </Fact>
        {event.ip !== undefined && <Fact name="Address">{event.ip}</Fact>}
        {event.requestId !== undefined && (
          <Fact name="Request">
            <Id id={event.requestId} label="the request id" />
          </Fact>
        )}
      </dl>
      <Details details={event.details} />
      <div className="mt-6 flex flex-wrap gap-2">
        {actor.id !== undefined && (
          <Button onClick={() => onFilter({ actor: actor.id ?? "" })}>Everything they changed</Button>
        )}
        {target && <Button onClick={() => onFilter({ target: target.id })}>Every change to it</Button>}
      </div>
    </>
  );
};
