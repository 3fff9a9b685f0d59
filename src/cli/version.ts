/**
 * The version, written here once; a test holds package.json to it, so that start-up need not read a file.
 */
export const VERSION = '0.1.0';
