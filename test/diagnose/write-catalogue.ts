/**
 * Writes the catalogue's page: npm run catalogue
 */
import { writeFileSync } from 'node:fs';
import { CATALOGUE_PAGE, cataloguePage } from './catalogue-page.ts';

writeFileSync(CATALOGUE_PAGE, cataloguePage());
