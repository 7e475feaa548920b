const paths = {
  copy: "M9 9h10v10H9zM5 15V5h10",
  check: "m5 12.5 4.5 4.5L19 7.5",
  close: "m6 6 12 12M18 6 6 18",
  sun: "M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M18.4 5.6 17 7M7 17l-1.4 1.4M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0Z",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z",
  display: "M4 5h16v11H4zM9 20h6M12 16v4",
  user: "M16 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0ZM5 20c1-3.5 3.6-5 7-5s6 1.5 7 5",
  left: "m14.5 6-6 6 6 6",
  down: "m6 9.5 6 6 6-6",
  right: "m9.5 6 6 6-6 6",
  alert: "M12 4 2.8 19.5h18.4zM12 10v4.5M12 17.2v.1",
  refresh: "M20 11a8 8 0 0 0-14.5-3.5L4 9.5M4 5v4.5h4.5M4 13a8 8 0 0 0 14.5 3.5l1.5-2M20 19v-4.5h-4.5",
  key: "M11 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0ZM11 12h10M16.5 12v4M20.5 12v3",
  mail: "M3.5 6h17v12h-17zM4 7l8 6 8-6",
  shield: "M12 3.5 5 6v5.5c0 4.3 2.8 7.4 7 9 4.2-1.6 7-4.7 7-9V6zM9 12l2.2 2.2L15.2 10",
  out: "M14 4.5h5.5v15H14M4.5 12H15M11 8l4 4-4 4",
  gear: "M15 12a3 3 0 1 1-6 0 3 3 0 0 1 6 0ZM12 3.5v3M12 17.5v3M3.5 12h3M17.5 12h3M6 6l2.1 2.1M15.9 15.9 18 18M6 18l2.1-2.1M15.9 8.1 18 6",
  stream: "M4 8c3-3 5 3 8 0s5 3 8 0M4 15c3-3 5 3 8 0s5 3 8 0",
} as const;

export type IconName = keyof typeof paths;

/** A line icon; always decoration, the text beside it says the same. */
export const Icon = ({ name, className = "size-4" }: { readonly name: IconName; readonly className?: string }) => (
  <svg
    viewBox="0 0 24 24"
    className={className}
    fill="none"
    stroke="currentColor"
    strokeWidth="1.9"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
  >
    <path d={paths[name]} />
  </svg>
);
