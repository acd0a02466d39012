"""Invented names: common given names and second names, combined at random."""

MEN = (
    "Adi Agus Ahmad Andi Arif Bambang Bayu Budi Dedi Dimas Eko Fajar Fauzi Galih Gede Hadi "
    "Hendra Imam Indra Irfan Joko Ketut Made Marthen Muhammad Nanang Oki Putu Rahmat Rizky "
    "Roni Rudi Slamet Sofyan Taufik Teguh Tono Wahyu Yohanes Yusuf"
).split()
WOMEN = (
    "Anisa Ayu Citra Desi Dewi Dian Eka Endang Esti Fitri Gita Hani Ika Indah Kartika Kadek "
    "Lestari Lilis Lina Maria Maya Mega Nia Nining Novi Nur Puji Putri Ratna Retno Rina Ririn "
    "Rosa Sari Siti Sri Tuti Wulan Yanti Yuliana"
).split()
SECOND = (
    "Abdullah Anwar Ardiansyah Batubara Daulay Firmansyah Gunawan Hakim Halim Handayani Harahap "
    "Hasanah Hidayat Iskandar Kurniawan Kusuma Lubis Maharani Mahendra Manurung Maulana Mulyadi "
    "Nainggolan Nasution Nugroho Pangestu Permata Pratama Purnomo Puspita Rahayu Rahman Ramadhan "
    "Rumbiak Saputra Setiawan Siregar Sitorus Suryani Susanto Tambunan Tanjung Utami Wahyuni "
    "Wibowo Widodo Wijaya Yulianto Zainuddin Zulkarnain"
).split()
