"use client";

import { useNames } from "../_data/use-names.ts";

interface ForWhomProps {
  readonly userId: string | null;
  readonly appId: string | null;
  /** Named where no person is. */
  readonly keyId?: string | null;
}

/** For which person something was asked, and by which app, behind what was done and when. */
export const ForWhom = ({ userId, appId, keyId = null }: ForWhomProps) => {
  const names = useNames();
  const actor = userId ?? keyId;
  return (
    <>
      {actor !== null && (
        <>
          {" "}
          {userId === null ? "by" : "for"} <bdi>{names.actor(actor)}</bdi>
        </>
      )}
      {appId !== null && (
        <>
          {" "}
          by <bdi>{names.app(appId)}</bdi>
        </>
      )}
    </>
  );
};
