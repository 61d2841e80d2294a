"""Invented people: names to draw from. Any likeness to somebody is chance."""

GIVEN = """
Maya Dev Omar Aisha Mateo Lucia Elijah Noor Hana Kofi Ingrid Tomas Priya Ravi Mei Jun Sofia Diego
Amara Malik Leila Yusuf Chloe Ethan Nia Isaac Freya Oscar Zara Hugo Imani Caleb Ana Felix Ruth
Samuel Esme Victor Alma Theo Ines Marcus Clara Jonah Wren Abel Dalia Simon Talia Micah Rosa Arjun
Vera Idris Paloma Silas Naomi Kenji Iris Bashir Celia Dominic Elena Farid Greta Hassan Ivy Joaquin
Keiko Luca Mina Nico Opal Pedro Quinn Rania Stefan Tessa Uma Vikram Willa Xavier Yara Zane Ada
Bruno Carmen Darius Edith Fatima Gabriel Halima Ian Jasmine Karim Lena Moses Nadia Otto Petra
""".split()

FAMILY = """
Reyes Shah Hadi Okafor Nguyen Larsen Castillo Brooks Haddad Kim Mensah Novak Patel Rivera Stone
Tanaka Umar Vargas Walsh Xiong Young Zamora Abbott Bello Chavez Dunn Estrada Flores Grant Hoang
Ibarra Jensen Khan Lopez Mbeki Nolan Ortiz Pham Quist Rahman Silva Tran Usman Vega Weber Yamada
Zeller Ames Baptiste Cole Diallo Egan Farah Goode Hale Ito Joshi Kaya Lowe Munoz Nash Obi Price
Quiroz Ross Sato Tully Ueda Vance West Yoder Zhang Aguilar Banks Costa Drake Emery Fuentes Gill
Hart Iqbal Jarvis Kelly Lund Moss Noor Oakes Perez Quintero Rossi Santos Torres Udo Vidal Wynn
""".split()
