/** Where sessions take place: the agency's own sites, and invented houses in the other towns. */
export const venues = {
  pessac: { place: 'Centre régional', address: '102 avenue de Canéjan', city: 'Pessac' },
  laRochelle: { place: 'Site de La Rochelle', address: '88 rue de Bel-Air', city: 'La Rochelle' },
  limoges: { place: 'Site de Limoges', address: '13 cours Jourdan', city: 'Limoges' },
  poitiers: {
    place: 'Site de Poitiers, tour Toumaï',
    address: '60 boulevard du Grand Cerf',
    city: 'Poitiers',
  },
  angouleme: { place: 'Espace Fontarel', address: '8 rue des Écoles', city: 'Angoulême' },
  brive: { place: 'Maison des Trois Gabarres', address: '41 avenue de la Gare', city: 'Brive-la-Gaillarde' },
  gueret: { place: 'Atelier Niolande', address: '3 place du Marché', city: 'Guéret' },
  perigueux: { place: 'Salle Lanquebrune', address: '26 rue de la République', city: 'Périgueux' },
  montDeMarsan: { place: 'Espace Marsolan', address: '15 allée des Tilleuls', city: 'Mont-de-Marsan' },
  agen: { place: 'Maison Auzevigne', address: '9 rue du Moulin', city: 'Agen' },
  bayonne: { place: 'Espace Lumérac', address: '50 quai des Gabarres', city: 'Bayonne' },
  niort: { place: 'Salle du Bocage', address: '12 boulevard de la Liberté', city: 'Niort' },
} as const;

export type VenueName = keyof typeof venues;
