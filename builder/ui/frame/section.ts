/** What every section of the designer gets. */
export interface SectionProps {
  app: string;
  section: string;
  id: string | null;
}
