interface OwnReachNoticeProps {
  readonly reach: "organization" | "own" | undefined;
}

/** Tells people who see what they did themselves that there may be more. */
export const OwnReachNotice = ({ reach }: OwnReachNoticeProps) =>
  reach === "own" && (
    <p className="mt-4 rounded-lg bg-raised px-4 py-3 text-sm">
      You see your own calls. Administrators of the organization see everybody&apos;s.
    </p>
  );
