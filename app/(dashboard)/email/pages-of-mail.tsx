import { SubPages } from "../sub-pages.tsx";

/** The pages of mail: what was sent, to whom nothing is sent, and what holds for all of it. */
export const PagesOfMail = () => <SubPages label="Mail" of="/email" />;
