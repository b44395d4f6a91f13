/**
 * What somebody who guesses at the passwords of this house tries first, in lower case and without accents: its own words,
 * those of its trade, its places and calendar, and what French people make passwords of.
 */
export const GUESSABLE_WORDS: readonly string[] = `
  capmetiers cap metiers metier parcourspro parcours pro rafael rafaelpro cmonalternance tus agence portail
  formation formations formateur formatrice orientation emploi apprentissage alternance stage competence competences
  session inscription beneficiaire valideur prestataire referent gestionnaire structure adherent adhesion catalogue
  mission locale francetravail poleemploi cio crij greta afpa qualiopi siret region conseil mairie commune
  nouvelleaquitaine nouvelle aquitaine limousin poitou charente charentes maritime correze creuse dordogne gironde landes
  garonne pyrenees atlantiques sevres vienne bearn perigord saintonge gascogne paysbasque
  bordeaux merignac pessac talence begles libourne arcachon langon lesparre limoges poitiers chatellerault larochelle
  rochelle rochefort saintes royan cognac angouleme niort bressuire parthenay thouars perigueux bergerac sarlat brive tulle
  ussel gueret aubusson montdemarsan dax agen marmande villeneuve pau bayonne biarritz anglet oloron hendaye
  paris lyon marseille toulouse nantes lille strasbourg montpellier rennes france
  janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre
  lundi mardi mercredi jeudi vendredi samedi dimanche printemps automne hiver
  motdepasse mdp pass passe password passwd secret admin administrateur administration compte connexion identifiant acces
  test demo demonstration exemple bienvenue bienvenu bonjour bonsoir welcome changeme changemoi provisoire
  salut hello merci bravo vive chez nous vous notre votre equipe bureau maison
  azerty azertyuiop qwerty qwertz qwertyuiop qsdfgh qsdfghjklm wxcvbn asdfgh zxcvbn aqwzsx azeqsd
  soleil doudou loulou chouchou jetaime amour coucou chocolat princesse iloveyou
`
  .trim()
  .split(/\s+/);
