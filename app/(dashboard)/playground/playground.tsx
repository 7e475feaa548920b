"use client";

import { lazy, Suspense } from "react";
import { classNames } from "../../_ui/class-names.ts";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { PageTitle } from "../page-title.tsx";
import { oneOf, useChoice } from "../use-choice.ts";
import { triedOperations } from "./tried-operations.ts";

const TrialOf = lazy(() => import("./trials.tsx").then((module) => ({ default: module.TrialOf })));

const choices = { try: oneOf(triedOperations.map(({ id }) => id)) };

/** On a phone there are more of them than fit: the chosen one may be beyond the edge. */
const bringIntoView = (button: HTMLButtonElement | null): void =>
  button?.scrollIntoView({ block: "nearest", inline: "center" });

/** Where operations are tried, as the person who is signed in: what they cost is booked as theirs. */
export const Playground = () => {
  const { choice, choose } = useChoice(choices);
  const { id: chosen } = triedOperations.find(({ id }) => id === choice.try) ?? triedOperations[0];
  return (
    <>
      <PageTitle title="Playground">
        <p className="text-muted">Calls are real, and are booked as yours.</p>
      </PageTitle>
      <nav aria-label="Operations" className="mb-6 border-b border-line">
        <ul className="-mb-px flex gap-1 overflow-x-auto">
          {triedOperations.map(({ id, name }) => (
            <li key={id}>
              <button
                type="button"
                ref={id === chosen ? bringIntoView : undefined}
                aria-current={id === chosen ? "true" : undefined}
                onClick={() => choose({ try: id })}
                className={classNames(
                  "border-b-2 px-3 py-2 font-medium whitespace-nowrap -outline-offset-2 transition-colors",
                  id === chosen
                    ? "border-accent text-ink"
                    : "border-transparent text-muted hover:border-line-strong hover:text-ink",
                )}
              >
                {name}
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <Suspense
        fallback={
          <output aria-label="Loading the playground" className="grid gap-6 lg:grid-cols-2">
            <Skeleton className="h-96 rounded-xl" />
            <Skeleton className="h-96 rounded-xl" />
          </output>
        }
      >
        <TrialOf id={chosen} />
      </Suspense>
    </>
  );
};
