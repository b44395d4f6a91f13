const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'fichier introuvable',
  ENOTDIR: 'ce chemin passe par un fichier',
  EISDIR: 'c’est un dossier',
  EEXIST: 'c’est un fichier',
  EACCES: 'accès interdit',
  EPERM: 'accès interdit',
  EROFS: 'système de fichiers en lecture seule',
  ENAMETOOLONG: 'nom trop long',
  ELOOP: 'liens en boucle',
  ENOSPC: 'le disque est plein',
};

/** What is wrong with a path that an operator gave, as a command says it; an unknown error in its own words. */
export function fileProblem(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  return PROBLEMS[code ?? ''] ?? message;
}
