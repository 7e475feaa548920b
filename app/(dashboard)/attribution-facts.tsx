"use client";

import { useNames } from "../_data/use-names.ts";
import { Fact, NamedId } from "./facts.tsx";

interface AttributionFactsProps {
  readonly appId: string | null;
  readonly userId: string | null;
  readonly keyId?: string | null;
}

/** For which app, person and key something was done, by their names. */
export const AttributionFacts = ({ appId, userId, keyId = null }: AttributionFactsProps) => {
  const names = useNames();
  return (
    <>
      <Fact name="App">
        {appId === null ? "unattributed" : <NamedId id={appId} name={names.app(appId)} what="app" />}
      </Fact>
      {userId !== null && (
        <Fact name="Person">
          <NamedId id={userId} name={names.actor(userId)} what="person" />
        </Fact>
      )}
      {keyId !== null && (
        <Fact name="Key or token">
          <NamedId id={keyId} name={names.actor(keyId)} what="key" />
        </Fact>
      )}
    </>
  );
};
