import { notFound } from "next/navigation";

/** Every address under which no page lies. */
const MissingPage = () => notFound();

export default MissingPage;
