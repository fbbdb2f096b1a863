import { notFound } from "next/navigation";

/** Addresses that nothing answers get the same page as things that do not exist. */
export default function MissingPage(): never {
  notFound();
}
