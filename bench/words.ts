/** What French establishments are made of; nothing here names a real person or company. */

export const towns: readonly (readonly [name: string, postcode: string])[] = [
  ['Bordeaux', '33000'],
  ['Mérignac', '33700'],
  ['Pessac', '33600'],
  ['Talence', '33400'],
  ['Libourne', '33500'],
  ['Arcachon', '33120'],
  ['Lesparre-Médoc', '33340'],
  ['Blaye', '33390'],
  ['Langon', '33210'],
  ['Bègles', '33130'],
  ['Limoges', '87000'],
  ['Saint-Junien', '87200'],
  ['Bellac', '87300'],
  ['Poitiers', '86000'],
  ['Châtellerault', '86100'],
  ['Loudun', '86200'],
  ['Montmorillon', '86500'],
  ['La Rochelle', '17000'],
  ['Rochefort', '17300'],
  ['Saintes', '17100'],
  ['Royan', '17200'],
  ['Jonzac', '17500'],
  ['Pau', '64000'],
  ['Bayonne', '64100'],
  ['Biarritz', '64200'],
  ['Anglet', '64600'],
  ['Orthez', '64300'],
  ['Oloron-Sainte-Marie', '64400'],
  ['Périgueux', '24000'],
  ['Bergerac', '24100'],
  ['Sarlat-la-Canéda', '24200'],
  ['Nontron', '24300'],
  ['Angoulême', '16000'],
  ['Cognac', '16100'],
  ['Confolens', '16500'],
  ['Ruffec', '16700'],
  ['Niort', '79000'],
  ['Bressuire', '79300'],
  ['Parthenay', '79200'],
  ['Thouars', '79100'],
  ['Mont-de-Marsan', '40000'],
  ['Dax', '40100'],
  ['Aire-sur-l’Adour', '40800'],
  ['Mimizan', '40200'],
  ['Agen', '47000'],
  ['Villeneuve-sur-Lot', '47300'],
  ['Marmande', '47200'],
  ['Nérac', '47600'],
  ['Brive-la-Gaillarde', '19100'],
  ['Tulle', '19000'],
  ['Ussel', '19200'],
  ['Guéret', '23000'],
  ['Aubusson', '23200'],
  ['La Souterraine', '23300'],
];

/** « Saint-… » and « …-sur-… » make the small towns, some hundreds. */
export const saints =
  'Martin Pierre Jean Germain Hilaire Sulpice Médard Laurent Maurice Étienne Vincent Georges Christophe Léger Aubin Cyprien Barthélemy Genès Loubès Émilion Symphorien Yrieix'.split(
    ' ',
  );
export const places =
  'Dronne,Charente,Vézère,Garonne,Adour,Sèvre,Creuse,Vienne,Gartempe,Lède,Isle,Bois,Landes,Côtes,Puy,Bourg,Marais,Pins'.split(
    ',',
  );

/** Organisations: {town} and {place} are filled in. The first are the most frequent. */
export const organisations = [
  'Association sportive de {town}',
  'Mairie de {town}',
  'Commune de {town}',
  'Centre communal d’action sociale de {town}',
  'Comité des fêtes de {town}',
  'École élémentaire publique de {town}',
  'Association {invented}',
  'Association pour la formation professionnelle de {town}',
  'Centre de formation {invented}',
  'Centre social {invented}',
  'Institut de formation {invented}',
  'Mission locale de {town}',
  'Maison familiale rurale de {town}',
  'Association des parents d’élèves de {town}',
  'Chambre de métiers et de l’artisanat {place}',
  'Greta {place}',
  'Lycée professionnel {invented}',
  'Collège {invented}',
  'Coopérative agricole {place}',
  'Syndicat intercommunal des eaux {place}',
  'Amicale des chasseurs de {town}',
  'Centre hospitalier de {town}',
  'Office de tourisme {place}',
  'Communauté de communes {place}',
];

/** Companies: {name} is a family name, {invented} a made-up one. */
export const companies = [
  'SCI {invented}',
  '{name}',
  'SARL {name}',
  '{first} {name}',
  '{name} {trade}',
  'SARL {name} et fils',
  'EURL {invented}',
  '{trade} {name}',
  'SAS {invented}',
  '{invented} {trade}',
  'GAEC {place}',
  'SCEA Château {invented}',
  'Pharmacie {name}',
  'Cabinet {name}',
  'Boulangerie {name}',
  'Garage {name}',
  'Établissements {name}',
  'Groupe {invented} {trade}',
];

export const trades =
  'maçonnerie plomberie électricité menuiserie charpente couverture peinture coiffure conseil formation transports informatique restauration immobilier viticulture paysages mécanique nettoyage sécurité développement services distribution bâtiment énergie logistique communication'.split(
    ' ',
  );

export const firstNames =
  'Alix Camille Claude Dominique Morgan Sacha Eden Charlie Maxime Lou Noa Andréa Frédérique Joëlle Michèle René Hélène Aurélie Benoît Chloé François Gaëlle Jérôme Léa Mathéo Noémie Raphaël Sébastien Thérèse Zoé'.split(
    ' ',
  );

/** Chains: one head office and many branches under an enseigne. */
export const chains = [
  'Horizon Marché',
  'Brico Littoral',
  'Optique des Pins',
  'Banque de l’Atlantique',
  'Dune Express',
];

export const heads =
  'bar bel ber bor bou bra bri cam car cha che clo cor cou dal dar del dou dra fer fon fra gar ger gra gui har jan jou lab lac lam lan lar lau mar mau men mer mon mor nau par pel per pin poi por rou sab sal sau ser tar tes tho tri val ver vil'.split(
    ' ',
  );
export const middles = 'a e i o u ai an ar au en er eu in is oi on or ou ra re ri ta te ti'.split(' ');
export const tails =
  'bert bon chard chet del din dot et eau gnac gnan lard let lier lot mier mont nard neau ner net nin quet rac rand ret reau rin ron sac sier sson tard teau tier tin ton vier zac'.split(
    ' ',
  );
