/** The digit that makes a number satisfy Luhn's formula when written after it. */
function luhnDigit(digits: string): number {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const weighted = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (weighted > 9 ? weighted - 9 : weighted);
  }, 0);
  return (10 - (sum % 10)) % 10;
}

/**
 * A valid SIRET that belongs to nobody: no SIREN has been given out above 99 yet.
 * @param company the same number for all establishments of one company
 * @param establishment 1 for the first one
 */
export function inventedSiret(company: number, establishment = 1): string {
  // Spread by two primes, so that the numbers of the demo do not follow each other.
  const siren = `99${String((company * 7919) % 999_983).padStart(6, '0')}`;
  const withCheck = siren + luhnDigit(siren);
  const nic = String(establishment).padStart(4, '0');
  return withCheck + nic + luhnDigit(withCheck + nic);
}
